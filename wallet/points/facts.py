"""Reading what the formula is given, for many people at once: a fixed number of statements."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from commands.arrays import column
from graph.people.models import Person
from graph.relations.selectors import Standing
from wallet.accounts.services import BALANCE, HOME
from wallet.days import day_of
from wallet.lending.models import Loan, Status
from wallet.points.formula import (
    LEAST_PAID,
    MONTHS_COUNTED,
    WINDOW_DAYS,
    WINDOWS,
    Facts,
    Money,
)
from wallet.points.repaying import Paid, Terms, judge, owed_at

WINDOW = timedelta(days=WINDOW_DAYS)
# People repay with the balance that they have in CNY, the currency of loans.
OWN = """
    own AS MATERIALIZED (
        SELECT id, owner_id FROM ledger_account
        WHERE owner_id = ANY (%(people)s::uuid[]) AND kind = %(kind)s AND currency = %(currency)s
    )
"""
LOANED = f"""
    WITH {OWN}
    SELECT t.ref, t.code, t.at, t.amount
    FROM own JOIN ledger_entry AS e ON e.account_id = own.id
    JOIN ledger_transfer AS t ON t.id = e.transfer_id
    WHERE e.at < %(as_of)s AND (t.code = 'loan.grant' AND e.amount > 0
                                OR t.code = 'loan.repay' AND e.amount < 0)
    ORDER BY t.at, t.id
"""  # noqa: S608 (our own text, put together once)
# Note [Money that counts]
# What came in is counted net for each other side and window, so that money that goes back and
# forth between two, or to the bank and back, is none. Loans are left out on both ways: borrowing is
# no income, and repaying must not look like spending it. What a person pays is counted with
# repayments, which are payments like others, but without what they take back from an escrow of
# their own or put into it for nobody yet.
MOVED = f"""
    WITH {OWN}, entry AS MATERIALIZED (
        SELECT own.owner_id AS person, e.amount, t.code,
               floor(extract(epoch FROM %(as_of)s - e.at) / %(window)s)::int AS place,
               CASE WHEN other.owner_id = own.owner_id THEN NULL
                    ELSE COALESCE(other.owner_id, other.id) END AS side, other.owner_id AS whom
        FROM own JOIN ledger_entry AS e ON e.account_id = own.id
        JOIN ledger_transfer AS t ON t.id = e.transfer_id
        JOIN ledger_account AS other
          ON other.id = CASE e.account_id WHEN t.debit_account_id THEN t.credit_account_id
                                          ELSE t.debit_account_id END
        WHERE e.at >= %(since)s AND e.at < %(as_of)s
    ), came AS (
        SELECT person, place, greatest(sum(amount), 0) AS amount FROM entry
        WHERE side IS NOT NULL AND code NOT IN ('loan.grant', 'loan.repay', 'dispute.reverse')
        GROUP BY person, place, side
    ), income AS (
        SELECT person, place, sum(amount)::bigint AS amount FROM came GROUP BY person, place
    ), paid AS (
        SELECT person, whom, place, code, -amount AS amount FROM entry
        WHERE amount < 0 AND side IS NOT NULL AND whom IS NOT NULL AND code <> 'dispute.reverse'
    ), shown AS (
        SELECT person, count(*) AS payments,
               count(DISTINCT place) FILTER (WHERE amount >= %(least)s) AS active,
               count(DISTINCT whom) FILTER (WHERE amount >= %(least)s) AS people,
               count(*) FILTER (WHERE code IN ('split.pay', 'expense.settle', 'payment_request.pay')
                                AND amount >= %(least)s) AS bills
        FROM paid GROUP BY person
    ), reversed AS (
        SELECT person, count(*) AS reversals FROM entry
        WHERE code = 'dispute.reverse' AND amount < 0 GROUP BY person
    )
    SELECT own.owner_id,
           ARRAY(SELECT COALESCE(i.amount, 0) FROM generate_series(0, %(windows)s - 1) AS n
                 LEFT JOIN income AS i ON i.person = own.owner_id AND i.place = n ORDER BY n),
           COALESCE(s.payments, 0), COALESCE(s.active, 0), COALESCE(s.people, 0),
           COALESCE(s.bills, 0), COALESCE(r.reversals, 0)
    FROM own LEFT JOIN shown AS s ON s.person = own.owner_id
    LEFT JOIN reversed AS r ON r.person = own.owner_id
"""  # noqa: S608
KEPT = f"""
    WITH {OWN}
    SELECT own.owner_id, mark.place, last.balance, last.version
    FROM own CROSS JOIN unnest(%(marks)s::timestamptz[]) WITH ORDINALITY AS mark (at, place)
    CROSS JOIN LATERAL (
        SELECT e.balance, e.version FROM ledger_entry AS e
        WHERE e.account_id = own.id AND e.at < mark.at ORDER BY e.id DESC LIMIT 1
    ) AS last
"""  # noqa: S608

Loans = list[tuple[Terms, list[Paid]]]


def list_facts(
    *, person_ids: Sequence[UUID], standings: dict[UUID, Standing], as_of: datetime
) -> dict[UUID, Facts]:
    """Return what is known of each of the people from before a moment, in four statements.

    Terms of loans and tiers are taken as they stand: neither is ever made worse by what comes
    later.
    """
    loans = _list_loans(person_ids, as_of)
    money = _list_money(person_ids, loans, as_of)
    people = Person.objects.in_bulk(person_ids)
    facts = {}
    for person_id in person_ids:
        person, standing = people[person_id], standings.get(person_id)
        age = (as_of - person.created_at) // WINDOW
        facts[person_id] = Facts(
            history=judge(loans.get(person_id, []), day_of(as_of)),
            money=money.get(person_id, Money()),
            tier=str(person.tier), months=max(0, min(age, MONTHS_COUNTED)),
            friends=standing.friends if standing else None,
            behind=standing.behind if standing else 0, burned=standing.burned if standing else 0,
        )  # fmt: skip
    return facts


def _list_loans(person_ids: Sequence[UUID], as_of: datetime) -> dict[UUID, Loans]:
    """Return by borrower the loans that the ledger paid out, with what came back of each."""
    granted: dict[UUID, datetime] = {}
    repaid: dict[UUID, list[Paid]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LOANED, _about(person_ids, as_of))
        for loan_id, code, at, amount in cursor.fetchall():
            if code == "loan.grant":
                granted[loan_id] = at
            else:
                repaid.setdefault(loan_id, []).append(Paid(at, amount))
    loans: dict[UUID, Loans] = {}
    for loan in Loan.objects.filter(id__in=granted).order_by("id"):
        ended_at = loan.closed_at if loan.closed_at and loan.closed_at < as_of else None
        terms = Terms(
            id=loan.id, lender_id=loan.lender_id, amount=loan.amount, ppm=loan.daily_rate_ppm,
            days=loan.days, instalments=loan.instalments, granted_at=granted[loan.id],
            ended_at=ended_at,
            is_repaid=bool(ended_at) and loan.status in (Status.REPAID, Status.CURED),
            extensions=tuple((place, days) for place, days in loan.extensions),
        )  # fmt: skip
        loans.setdefault(loan.borrower_id, []).append((terms, repaid.get(loan.id, [])))
    return loans


def _list_money(
    person_ids: Sequence[UUID], loans: dict[UUID, Loans], as_of: datetime
) -> dict[UUID, Money]:
    marks = [as_of - WINDOW * place for place in range(WINDOWS)]
    about = _about(person_ids, as_of) | {
        "since": as_of - WINDOW * WINDOWS, "window": WINDOW.total_seconds(), "windows": WINDOWS,
        "least": LEAST_PAID, "marks": marks,
    }  # fmt: skip
    balances: dict[UUID, list[int]] = {}
    entries: dict[UUID, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(KEPT, about)
        for person_id, place, balance, version in cursor.fetchall():
            balances.setdefault(person_id, [0] * WINDOWS)[place - 1] = balance
            entries[person_id] = max(version, entries.get(person_id, 0))
        cursor.execute(MOVED, about)
        rows = cursor.fetchall()
    return {
        person_id: Money(
            entries=entries[person_id], incomes=tuple(incomes),
            cushions=tuple(
                balance - sum(owed_at(*loan, mark) for loan in loans.get(person_id, []))
                for balance, mark in zip(balances[person_id], marks, strict=True)
            ),
            payments=payments, active=active, people=people, bills=bills, reversals=reversals,
        )
        for person_id, incomes, payments, active, people, bills, reversals in rows
        if person_id in entries
    }  # fmt: skip


def _about(person_ids: Sequence[UUID], as_of: datetime) -> dict[str, Any]:
    return {
        "people": column(person_ids), "kind": BALANCE, "currency": HOME, "as_of": as_of,
    }  # fmt: skip
