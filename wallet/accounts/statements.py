"""Statements of a person's accounts, and their CSV."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import StringIO
from uuid import UUID

from commands.frames import show_moment
from graph.people.models import Person
from wallet.accounts.numbers import number_of
from wallet.accounts.selectors import list_accounts
from wallet.ledger.statements import Line, Statement, make_statement, read_pages
from wallet.spreadsheets import harmless

COLUMNS = (
    "account", "currency", "kind", "at", "amount", "balance", "with", "name", "note", "transfer",
    "receipt",
)  # fmt: skip


def make_statements(*, person_id: UUID, since: datetime, until: datetime) -> list[Statement]:
    """Return a statement for each of the person's accounts, that in CNY first."""
    return [
        make_statement(account=account, since=since, until=until)
        for account in list_accounts(person_id=person_id)
    ]


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
