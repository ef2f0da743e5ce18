"""Writing down what was laid out, changing it and taking it back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from commands.frames import MAX_AMOUNT
from graph.people.errors import PersonNotFound
from graph.people.locks import hold_people
from wallet.card_events import record_card_change
from wallet.expenses.errors import ExpensePersonGone
from wallet.expenses.locks import change_balances, lock_expense, take_turn
from wallet.expenses.models import Every, Expense, Line, Version
from wallet.expenses.selectors import Laid, get_laid
from wallet.expenses.terms import Terms, describe_between, make_lines, nets_of
from wallet.ledger.errors import AmountInvalid
from wallet.splits.between import Even, Exact, Weighted


def add(
    *,
    room_id: UUID,
    by: UUID,
    terms: Terms,
    at: datetime,
    series_id: UUID | None = None,
    due_on: date | None = None,
) -> Laid:
    """Write down an expense; from then on those it is between owe their parts to who paid.

    The caller sees to it that all of them are in the room. Raises AmountInvalid.
    """
    with transaction.atomic():
        expense = Expense(
            id=uuid7(), room_id=room_id, by_id=by, at=at, series_id=series_id, due_on=due_on
        )
        parts = terms.divide(turn=lambda: _turn_of(expense))
        _say(expense, terms)
        expense.save(force_insert=True)
        lines = make_lines(expense.id, terms, parts)
        Line.objects.bulk_create(lines)
        _keep_version(expense, lines, "added", by, at)
        _owe(room_id, {(expense.currency, one): net for one, net in nets_of(lines).items()})
    return Laid(expense, lines)


@dataclass(frozen=True)
class Edits:
    """What shall be said instead; None leaves it as it is."""

    paid: Mapping[UUID, int] | None = None
    between: Even | Exact | Weighted | None = None
    currency: str | None = None
    note: str | None = None
    category: str | None = None
    on: date | None = None

    def apply(self, terms: Terms) -> Terms:
        """Return the terms as they shall be."""
        said = {name: value for name, value in vars(self).items() if value is not None}
        return replace(terms, **said)


def edit(
    *, expense_id: UUID, person_id: UUID, members: set[UUID], edits: Edits, at: datetime
) -> Laid:
    """Change what an expense says; what it said before is kept.

    Those whom the edit brings in must be among the members. Raises ExpenseNotFound, PersonNotFound,
    ExpensePersonGone and AmountInvalid.
    """
    with transaction.atomic():
        expense = lock_expense(expense_id=expense_id)
        before = get_laid(expense_id=expense_id).lines
        old = Terms.of(expense, before)
        terms = edits.apply(old)
        if not terms.people <= members | old.people:
            raise PersonNotFound()
        parts = terms.divide(turn=lambda: _turn_of(expense))
        lines = make_lines(expense.id, terms, parts)
        change = Counter({(expense.currency, one): -net for one, net in nets_of(before).items()})
        change.update({(terms.currency, one): net for one, net in nets_of(lines).items()})
        _spare_who_has_left(change)
        _say(expense, terms)
        expense.version += 1
        expense.edited_at = at
        expense.save()
        Line.objects.filter(expense_id=expense.id).delete()
        Line.objects.bulk_create(lines)
        _keep_version(expense, lines, "edited", person_id, at)
        _owe(expense.room_id, change)
        record_card_change("expense", expense.id)
    return Laid(expense, lines)


def _turn_of(expense: Expense) -> int:
    # An edit does not move the odd units on: the turn was taken when the expense came.
    if expense.turn is None:
        expense.turn = take_turn(room_id=expense.room_id)
    return expense.turn


def delete(*, expense_id: UUID, person_id: UUID, at: datetime) -> Laid:
    """Take an expense back: nobody owes anything for it any more, and it repeats no more.

    What was settled meanwhile stays. Raises ExpenseNotFound and ExpensePersonGone.
    """
    with transaction.atomic():
        expense = lock_expense(expense_id=expense_id)
        lines = get_laid(expense_id=expense_id).lines
        change = {(expense.currency, one): -net for one, net in nets_of(lines).items()}
        _spare_who_has_left(change)
        expense.deleted_at = at
        expense.version += 1
        expense.every = Every.NEVER
        expense.next_on = None
        expense.save()
        _keep_version(expense, lines, "deleted", person_id, at)
        _owe(expense.room_id, change)
        record_card_change("expense", expense.id)
    return Laid(expense, lines)


def _spare_who_has_left(change: Mapping[tuple[str, UUID], int]) -> None:
    # They left with nothing open, and could not answer what this puts on them.
    changed = {person_id for (_, person_id), net in change.items() if net}
    if gone := hold_people(person_ids=changed):
        raise ExpensePersonGone(people=sorted(map(str, gone)))


def _say(expense: Expense, terms: Terms) -> None:
    expense.amount = terms.amount
    expense.currency = terms.currency
    expense.note = terms.note
    expense.category = terms.category
    expense.on = terms.on
    expense.between = describe_between(terms.between)


def _keep_version(expense: Expense, lines: list[Line], what: str, by: UUID, at: datetime) -> None:
    said = {
        "amount": expense.amount, "currency": expense.currency, "note": expense.note,
        "category": expense.category, "on": expense.on.isoformat(), "between": expense.between,
        "paid": {str(line.person_id): line.paid for line in lines if line.paid},
        "shares": {str(line.person_id): line.part for line in lines if line.part is not None},
    }  # fmt: skip
    Version.objects.create(
        expense_id=expense.id, number=expense.version, what=what, by_id=by, at=at, terms=said
    )


def _owe(room_id: UUID, change: Mapping[tuple[str, UUID], int]) -> None:
    """Change what people owe. Raises AmountInvalid when it could not be settled in one payment."""
    nets = change_balances(room_id=room_id, by=change)
    if any(abs(net) > MAX_AMOUNT for net in nets.values()):
        raise AmountInvalid(reason="Nobody can owe or be owed that much.")
