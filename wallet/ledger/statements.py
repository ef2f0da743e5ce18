"""Statements: what stood in an account when a time began, what moved in it, what stood at its end.

They cut where balances at a past moment do; see Note [The cut] in wallet/ledger/selectors.py. An
unlocked account's entries have no versions: it is cut by their moments alone, and its balances are
added up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from wallet.ledger.models import Account
from wallet.ledger.selectors import Cut, balance_before, cut_at

PAGE = 500
TOTALS = """
    SELECT COALESCE(sum(amount) FILTER (WHERE amount > 0), 0)::numeric,
           COALESCE(-sum(amount) FILTER (WHERE amount < 0), 0)::numeric, count(*)
    FROM ledger_entry AS e WHERE e.account_id = %(account)s AND
"""
LINES = """
    SELECT e.id, e.version, e.at, t.code, e.amount, e.balance, other.id,
           NULLIF(other.owner_id, mine.owner_id), t.note, t.ref, e.transfer_id
    FROM ledger_entry AS e
    JOIN ledger_transfer AS t ON t.id = e.transfer_id
    JOIN ledger_account AS mine ON mine.id = e.account_id
    JOIN ledger_account AS other
      ON other.id = CASE e.account_id WHEN t.debit_account_id THEN t.credit_account_id
                                      ELSE t.debit_account_id END
    WHERE e.account_id = %(account)s AND
"""
BETWEEN_VERSIONS = "e.version >= %(first)s AND e.version < %(beyond)s"
BETWEEN_MOMENTS = "e.at >= %(since)s AND e.at < %(until)s"
BY_VERSION = f"{BETWEEN_VERSIONS} ORDER BY e.version LIMIT %(page)s"
BY_MOMENT = f"""{BETWEEN_MOMENTS} AND (e.at, e.id) > (%(at)s, %(id)s)
    ORDER BY e.at, e.id LIMIT %(page)s"""
NO_ID = UUID(int=0)


@dataclass(frozen=True)
class Statement:
    """One account from `since` up to before `until`; amounts in minor units.

    `closing` is `opening` and `money_in` less `money_out`, which is what the `entries` sum to.
    """

    account_id: UUID
    currency: str
    since: datetime
    until: datetime
    opening: int
    closing: int
    money_in: int
    money_out: int
    entries: int
    # Where versions begin and end; None for an unlocked account.
    first: int | None
    beyond: int | None


@dataclass(frozen=True)
class Line:
    """An entry of a statement: the signed amount, the balance after it, what it was for (`kind`),
    and the other side: its account, and whose that is unless it is nobody's or one's own.
    """

    id: UUID
    at: datetime
    kind: str
    amount: int
    balance: int
    other_account_id: UUID
    other: UUID | None
    note: str
    ref: UUID | None
    transfer_id: UUID


def make_statement(*, account: Account, since: datetime, until: datetime) -> Statement:
    """Return what stood in the account at both ends of a time, and what came and went between.

    The account may be one that no write has opened yet: nothing stands in it.
    """
    first: Cut | None = None
    beyond: Cut | None = None
    terms: dict[str, Any] = {"account": account.id, "since": since, "until": until}
    if account.unlocked:
        opening = balance_before(account_id=account.id, moment=since)
    else:
        first, beyond = (cut_at(account_id=account.id, moment=end) for end in (since, until))
        opening = first.balance
        terms |= {"first": first.version, "beyond": beyond.version}
    with connection.cursor() as cursor:
        cursor.execute(TOTALS + (BETWEEN_VERSIONS if first else BETWEEN_MOMENTS), terms)
        money_in, money_out, entries = map(int, cursor.fetchone())
    return Statement(
        account_id=account.id, currency=account.currency, since=since, until=until,
        opening=opening, closing=opening + money_in - money_out, money_in=money_in,
        money_out=money_out, entries=entries, first=first.version if first else None,
        beyond=beyond.version if beyond else None,
    )  # fmt: skip


def read_pages(statement: Statement) -> Iterator[list[Line]]:
    """Yield the entries of a statement in the order they were booked, some hundred at a time.

    Those of an unlocked account come in the order of their moments.
    """
    terms: dict[str, Any] = {
        "account": statement.account_id, "first": statement.first, "beyond": statement.beyond,
        "since": statement.since, "until": statement.until, "at": statement.since, "id": NO_ID,
        "page": PAGE,
    }  # fmt: skip
    order = BY_MOMENT if statement.first is None else BY_VERSION
    balance = statement.opening
    while True:
        with connection.cursor() as cursor:
            cursor.execute(LINES + order, terms)
            rows = cursor.fetchall()
        if not rows:
            return
        page = []
        for entry, _, at, kind, amount, _, *rest in rows:
            # Added up here, because an unlocked account's entries carry none.
            balance += amount
            page.append(Line(entry, at, kind, amount, balance, *rest))
        yield page
        if len(rows) < PAGE:
            return
        last = rows[-1]
        terms |= {"id": last[0], "at": last[2], "first": (last[1] or 0) + 1}
