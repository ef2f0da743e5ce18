"""A room's expenses and settlements as a table for other programs."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from uuid import UUID

from commands.currencies import write_amount
from graph.people.selectors import get_people
from wallet.days import day_of
from wallet.expenses.selectors import list_all_expenses, list_settlements
from wallet.spreadsheets import harmless

COLUMNS = (
    "kind", "id", "on", "note", "category", "currency", "person", "username", "name",
    "paid", "share", "net", "net_in_minor_units", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What one person has to do with one expense or settlement; amounts in minor units."""

    kind: str
    id: UUID
    on: date
    note: str
    category: str
    currency: str
    person_id: UUID
    paid: int
    share: int
    status: str


def export_room(*, room_id: UUID) -> str:
    """Return a room's expenses and settlements as CSV: one line for each person of each.

    Amounts are decimal numbers with as many digits as the currency has. `net` is what the person is
    owed by the line; over all lines whose status is `open` or `paid` it sums to their balance.
    """
    rows = [*_expense_rows(room_id), *_settlement_rows(room_id)]
    people = get_people(person_ids={row.person_id for row in rows})
    file = StringIO()
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for row in rows:
        person = people[row.person_id]
        amounts = (row.paid, row.share, row.paid - row.share)
        table.writerow(
            [
                row.kind, row.id, row.on, harmless(row.note), harmless(row.category),
                row.currency, row.person_id, person.username, harmless(person.name),
                *(write_amount(amount, row.currency) for amount in amounts),
                row.paid - row.share, row.status,
            ]
        )  # fmt: skip
    return file.getvalue()


def _expense_rows(room_id: UUID) -> Iterator[Row]:
    for laid in list_all_expenses(room_id=room_id):
        expense = laid.expense
        for line in laid.lines:
            yield Row(
                kind="expense", id=expense.id, on=expense.on, note=expense.note,
                category=expense.category, currency=expense.currency, person_id=line.person_id,
                paid=line.paid, share=line.part or 0, status=laid.status,
            )  # fmt: skip


def _settlement_rows(room_id: UUID) -> Iterator[Row]:
    for settlement in reversed(list_settlements(room_id=room_id)):
        for person_id in (settlement.payer_id, settlement.payee_id):
            is_payer = person_id == settlement.payer_id
            yield Row(
                kind="settlement" if settlement.transfer_id else "cash", id=settlement.id,
                on=day_of(settlement.at), note="", category="", currency=settlement.currency,
                person_id=person_id, paid=settlement.amount if is_payer else 0,
                share=0 if is_payer else settlement.amount, status=str(settlement.status),
            )  # fmt: skip
