"""Expenses that come again each week or month."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from commands.errors import Refusal
from outbox.notices.services import Tell, notify
from wallet.card_events import record_card_change
from wallet.days import day_of
from wallet.expenses.locks import lock_expense
from wallet.expenses.models import Every, Expense
from wallet.expenses.selectors import Laid, get_expense, get_laid
from wallet.expenses.services import add
from wallet.expenses.terms import Terms
from wallet.rounds import go_through


def next_date(*, start: date, every: Every, after: date) -> date:
    """Return the first date after another one that is whole weeks or months after the start.

    A month that lacks the start's day takes its own last one.
    """
    if every == Every.WEEK:
        weeks = max(1, (after - start).days // 7 + 1)
        return start + timedelta(weeks=weeks)
    months = max(1, (after.year - start.year) * 12 + after.month - start.month)
    found = _months_later(start, months)
    return found if found > after else _months_later(start, months + 1)


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def repeat(*, expense_id: UUID, every: Every, at: datetime) -> Laid:
    """Have an expense come again, as it says by then, from the date it is for; or no more.

    The first repetition is for today at the earliest. Asked of a repetition, it is its whole series
    that changes. Raises ExpenseNotFound.
    """
    with transaction.atomic():
        expense = lock_expense(expense_id=_first_of(expense_id))
        expense.every = every
        if every == Every.NEVER:
            expense.next_on = None
        else:
            expense.repeats_from = expense.on
            made = expense.occurrences.aggregate(last=Max("due_on"))["last"]
            yesterday = day_of(at) - timedelta(days=1)
            after = max(yesterday, made) if made else yesterday
            expense.next_on = next_date(start=expense.on, every=every, after=after)
        expense.save(update_fields=["every", "repeats_from", "next_on"])
        record_card_change("expense", expense.id)
    return get_laid(expense_id=expense.id)


def _first_of(expense_id: UUID) -> UUID:
    expense = get_expense(expense_id=expense_id)
    if expense.series is None or expense.series.deleted_at:
        return expense.id
    return expense.series.id


def repeat_due(*, at: datetime, show: Callable[[Laid], None]) -> int:
    """Make the repetitions whose date has come, each once, and return how many; `show` puts one
    into its room in the same transaction.

    Those that nobody made while no worker ran are made up for. When one is refused (somebody has
    left the room), its series ends and its author is told.
    """
    due = Expense.objects.filter(next_on__lte=day_of(at)).order_by("next_on")
    made = 0
    # A round makes one of each series; a series that is far behind needs several.
    while count := go_through(due, lambda expense_id: _repeat_once(expense_id, at, show)):
        made += count
    return made


def _repeat_once(expense_id: UUID, at: datetime, show: Callable[[Laid], None]) -> bool:
    # Under the lock of its first expense, so that of two workers the later one finds it made.
    expense = lock_expense(expense_id=expense_id)
    if expense.next_on is None or expense.next_on > day_of(at):
        return False
    assert expense.repeats_from is not None
    terms = Terms.of(expense, get_laid(expense_id=expense_id).lines)
    try:
        with transaction.atomic():
            show(
                add(
                    room_id=expense.room_id, by=expense.by_id, at=at, series_id=expense.id,
                    terms=replace(terms, on=expense.next_on), due_on=expense.next_on,
                )
            )  # fmt: skip
    except Refusal:
        _end(expense, at)
        return False
    every = Every(expense.every)
    expense.next_on = next_date(start=expense.repeats_from, every=every, after=expense.next_on)
    expense.save(update_fields=["next_on"])
    record_card_change("expense", expense.id)
    return True


def _end(expense: Expense, at: datetime) -> None:
    expense.every = Every.NEVER
    expense.next_on = None
    expense.save(update_fields=["every", "next_on"])
    record_card_change("expense", expense.id)
    notify(Tell(expense.by_id, "card.expired", ref=expense.id, text=expense.note), at=at)
