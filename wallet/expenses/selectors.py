"""Reading expenses, balances, plans and settlements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from commands.frames import show_moment
from commands.pages import newest_first
from wallet.days import day_of
from wallet.expenses.because import Entry, Reasons, explain, lines_behind
from wallet.expenses.errors import ExpenseNotFound
from wallet.expenses.models import (
    Balance,
    Expense,
    Line,
    Settlement,
    SettlementStatus,
    Version,
)
from wallet.expenses.plan import Payment, make_plan
from wallet.expenses.terms import nets_of


@dataclass(frozen=True)
class Laid:
    """An expense with its lines, in the order in which people were named."""

    expense: Expense
    lines: list[Line]

    @property
    def status(self) -> str:
        """Return open or deleted."""
        return "deleted" if self.expense.deleted_at else "open"

    def concerns(self, person_id: UUID) -> bool:
        """Tell whether the person wrote it down, paid or has a part."""
        people = {line.person_id for line in self.lines}
        return person_id in people or person_id == self.expense.by_id


@dataclass(frozen=True)
class Planned:
    """A payment of a room's plan, and what stands behind it."""

    room_id: UUID
    currency: str
    payment: Payment
    reasons: Reasons


def get_expense(*, expense_id: UUID) -> Expense:
    """Return the expense, also one that was deleted. Raises ExpenseNotFound."""
    expense = Expense.objects.filter(id=expense_id).first()
    if expense is None:
        raise ExpenseNotFound()
    return expense


def get_laid(*, expense_id: UUID) -> Laid:
    """Return the expense with its lines. Raises ExpenseNotFound."""
    return _with_lines([get_expense(expense_id=expense_id)])[0]


def list_versions(*, expense_id: UUID) -> list[Version]:
    """Return what an expense has said, first version first."""
    return list(Version.objects.filter(expense_id=expense_id).order_by("number"))


def list_expenses(*, room_id: UUID, before: UUID | None, limit: int) -> tuple[list[Laid], bool]:
    """Return a page of a room's expenses that were not deleted, newest first, and whether there are
    more.
    """
    page, more = newest_first(_of_room(room_id), before=before, limit=limit)
    return _with_lines(page), more


def list_all_expenses(*, room_id: UUID) -> list[Laid]:
    """Return all expenses of a room that were not deleted, by date."""
    return _with_lines(list(_of_room(room_id).order_by("on", "id")))


def _of_room(room_id: UUID) -> QuerySet[Expense]:
    return Expense.objects.filter(room_id=room_id, deleted_at=None)


def _with_lines(expenses: list[Expense]) -> list[Laid]:
    lines: dict[UUID, list[Line]] = {expense.id: [] for expense in expenses}
    for line in Line.objects.filter(expense_id__in=list(lines)).order_by("position"):
        lines[line.expense_id].append(line)
    return [Laid(expense, lines[expense.id]) for expense in expenses]


def list_settlements(*, room_id: UUID, limit: int | None = None) -> list[Settlement]:
    """Return a room's settlements, newest first."""
    return list(Settlement.objects.filter(room_id=room_id).order_by("-id")[:limit])


def balances_of(*, room_id: UUID) -> dict[str, dict[UUID, int]]:
    """Return what each person is owed in a room, by currency; who owes is below 0."""
    found: dict[str, dict[UUID, int]] = defaultdict(dict)
    for row in Balance.objects.filter(room_id=room_id).order_by("currency", "person_id"):
        found[row.currency][row.person_id] = row.net
    return dict(found)


def owes_in(*, room_id: UUID, person_id: UUID) -> bool:
    """Tell whether the person owes anything in a room."""
    return Balance.objects.filter(room_id=room_id, person_id=person_id, net__lt=0).exists()


def _entries(*, room_id: UUID, currency: str) -> list[Entry]:
    """Return everything that made the balances of a room in a currency, oldest first."""
    rows = list(_of_room(room_id).filter(currency=currency))
    entries = [
        Entry(
            laid.expense.id, is_expense=True, at=laid.expense.at, on=laid.expense.on,
            note=laid.expense.note, nets=nets_of(laid.lines),
        )
        for laid in _with_lines(rows)
    ]  # fmt: skip
    paid = Settlement.objects.filter(
        room_id=room_id, currency=currency, status=SettlementStatus.PAID
    )
    entries.extend(
        Entry(
            one.id, is_expense=False, at=one.answered_at or one.at, on=day_of(one.at), note="",
            nets={one.payer_id: one.amount, one.payee_id: -one.amount},
        )
        for one in paid
    )  # fmt: skip
    return entries


def list_lines(*, room_id: UUID, person_id: UUID, currency: str) -> list[tuple[Entry, int]]:
    """Return what a person's balance in a room is made of, newest first; the amounts sum to it."""
    entries = _entries(room_id=room_id, currency=currency)
    return lines_behind(person_id, entries)[::-1]


def plan_room(*, room_id: UUID) -> list[Planned]:
    """Return who should pay whom in a room, with the fewest payments; this changes no debt."""
    plan: list[Planned] = []
    for currency, nets in balances_of(room_id=room_id).items():
        if payments := make_plan(nets):
            reasons = explain(payments, _entries(room_id=room_id, currency=currency))
            plan.extend(
                Planned(room_id, currency, *one) for one in zip(payments, reasons, strict=True)
            )
    return plan


def plan_between(*, one: UUID, other: UUID) -> list[Planned]:
    """Return the payments between two people in the plans of all rooms, the oldest room first."""
    owing = Q(net__lt=0) | Q(net__gt=0)
    rows = Balance.objects.filter(owing, person_id=one)
    others = set(Balance.objects.filter(owing, person_id=other).values_list("room_id", "currency"))
    shared = sorted({row.room_id for row in rows if (row.room_id, row.currency) in others})
    return [
        planned
        for room_id in shared
        for planned in plan_room(room_id=room_id)
        if {planned.payment.payer, planned.payment.payee} == {one, other}
    ]


def sum_plan(*, plan: Iterable[Planned], person_id: UUID) -> dict[str, int]:
    """Return by currency what the payments bring the person in all."""
    sums: dict[str, int] = defaultdict(int)
    for planned in plan:
        sign = 1 if planned.payment.payee == person_id else -1
        sums[planned.currency] += sign * planned.payment.amount
    return dict(sums)


def describe_card(*, expense_id: UUID, at: datetime) -> dict[str, Any]:
    """Return the card as all members of the room see it."""
    return {"type": "expense", **describe(get_laid(expense_id=expense_id))}


def describe(laid: Laid) -> dict[str, Any]:
    """Return an expense as clients see it."""
    expense = laid.expense
    return {
        "id": str(expense.id),
        "room": str(expense.room_id),
        "status": laid.status,
        "by": str(expense.by_id),
        "amount": expense.amount,
        "currency": expense.currency,
        "note": expense.note,
        "category": expense.category,
        "on": expense.on.isoformat(),
        "paid": {str(line.person_id): line.paid for line in laid.lines if line.paid},
        "between": expense.between,
        "shares": {str(line.person_id): line.part for line in laid.lines if line.part is not None},
        "every": str(expense.every),
        "next_on": expense.next_on.isoformat() if expense.next_on else None,
        "series": str(expense.series_id) if expense.series_id else None,
        "version": expense.version,
        "at": show_moment(expense.at),
        "edited_at": show_moment(expense.edited_at) if expense.edited_at else None,
    }
