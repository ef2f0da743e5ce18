"""Statements: what stood in an account when a time began, what moved in it, what stood at its end.

Note [The cut of a statement]
An entry's moment is that of its command, its version the order in which it was booked; of two
commands at the same time the later booked may be the earlier sent. A statement begins with the
first entry booked that is of its time, and ends before the first one that is past it, so that it
holds versions without a gap: its lines always lead from the opening to the closing balance, and
where one statement ends the next one begins.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from uuid import UUID

from django.db import connection

from commands.frames import show_moment
from graph.people.models import Person
from wallet.accounts.numbers import number_of
from wallet.accounts.selectors import list_accounts
from wallet.spreadsheets import harmless

PAGE = 500
TOTALS = """
    WITH cut AS (
        SELECT COALESCE((SELECT min(version) FROM ledger_entry
                         WHERE account_id = %(account)s AND at >= %(since)s), last.version + 1)
                   AS first,
               COALESCE((SELECT min(version) FROM ledger_entry
                         WHERE account_id = %(account)s AND at >= %(until)s), last.version + 1)
                   AS beyond
        FROM (SELECT COALESCE(max(version), 0) AS version FROM ledger_entry
              WHERE account_id = %(account)s) AS last
    )
    SELECT cut.first, cut.beyond,
           COALESCE((SELECT balance FROM ledger_entry
                     WHERE account_id = %(account)s AND version = cut.first - 1), 0),
           COALESCE((SELECT balance FROM ledger_entry
                     WHERE account_id = %(account)s AND version = cut.beyond - 1), 0),
           COALESCE(sum(e.amount) FILTER (WHERE e.amount > 0), 0)::bigint,
           COALESCE(-sum(e.amount) FILTER (WHERE e.amount < 0), 0)::bigint
    FROM cut
    LEFT JOIN ledger_entry AS e ON e.account_id = %(account)s
         AND e.version >= cut.first AND e.version < cut.beyond
    GROUP BY cut.first, cut.beyond
"""
LINES = """
    SELECT e.version, e.at, t.code, e.amount, e.balance, NULLIF(other.owner_id, mine.owner_id),
           t.note, e.transfer_id
    FROM ledger_entry AS e
    JOIN ledger_transfer AS t ON t.id = e.transfer_id
    JOIN ledger_account AS mine ON mine.id = e.account_id
    JOIN ledger_account AS other
      ON other.id = CASE e.account_id WHEN t.debit_account_id THEN t.credit_account_id
                                      ELSE t.debit_account_id END
    WHERE e.account_id = %(account)s AND e.version >= %(first)s AND e.version < %(beyond)s
    ORDER BY e.version LIMIT %(page)s
"""
COLUMNS = (
    "account", "currency", "kind", "at", "amount", "balance", "with", "name", "note", "transfer",
    "receipt",
)  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """One account between two moments, `until` not included; amounts in minor units.

    `closing` is `opening` and `money_in` less `money_out`. The entries have the versions from
    `first` up to, and without, `beyond`.
    """

    account_id: UUID
    currency: str
    since: datetime
    until: datetime
    first: int
    beyond: int
    opening: int
    closing: int
    money_in: int
    money_out: int

    @property
    def entries(self) -> int:
        """Return how many entries there are."""
        return self.beyond - self.first


@dataclass(frozen=True)
class Line:
    """An entry of a statement."""

    version: int
    at: datetime
    kind: str
    amount: int
    balance: int
    other: UUID | None
    note: str
    transfer_id: UUID


def make_statements(*, person_id: UUID, since: datetime, until: datetime) -> list[Statement]:
    """Return a statement for each of the person's accounts, that in CNY first."""
    statements = []
    for account in list_accounts(person_id=person_id):
        with connection.cursor() as cursor:
            cursor.execute(TOTALS, {"account": account.id, "since": since, "until": until})
            row = cursor.fetchone()
        statements.append(Statement(account.id, account.currency, since, until, *row))
    return statements


def read_pages(statement: Statement) -> Iterator[list[Line]]:
    """Yield the entries of a statement in the order they were booked, some hundred at a time."""
    first = statement.first
    while first < statement.beyond:
        with connection.cursor() as cursor:
            cursor.execute(
                LINES,
                {
                    "account": statement.account_id, "first": first,
                    "beyond": statement.beyond, "page": PAGE,
                },
            )  # fmt: skip
            page = [Line(*row) for row in cursor.fetchall()]
        yield page
        first = page[-1].version + 1


def write_csv(statements: Sequence[Statement]) -> Iterator[bytes]:
    """Yield a table of all statements as CSV: for each account a line `opening`, its entries, and a
    line `closing`. Amounts are whole minor units.
    """
    yield _rows([COLUMNS])
    for statement in statements:
        ends = [str(statement.account_id), statement.currency]
        yield _rows([[*ends, "opening", show_moment(statement.since), "", statement.opening]])
        for page in read_pages(statement):
            others = Person.objects.in_bulk({line.other for line in page if line.other})
            yield _rows([[*ends, *_cells(line, others)] for line in page])
        yield _rows([[*ends, "closing", show_moment(statement.until), "", statement.closing]])


def _cells(line: Line, others: dict[UUID, Person]) -> list[object]:
    other = others[line.other] if line.other else None
    return [
        line.kind, show_moment(line.at), line.amount, line.balance,
        other.username if other else "", harmless(other.name if other else ""),
        harmless(line.note), str(line.transfer_id),
        number_of(line.transfer_id) if other else "",
    ]  # fmt: skip


def _rows(rows: Sequence[Sequence[object]]) -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([*row, *[""] * (len(COLUMNS) - len(row))] for row in rows)
    return text.getvalue().encode()
