"""Celery entry points of cards."""

from datetime import UTC, datetime

from celery import shared_task

from chat.cards.expense_commands import show_repetition
from wallet.expenses.repeating import repeat_due


@shared_task
def repeat_expenses() -> int:
    """Make the expenses that come again today, each in its room."""
    return repeat_due(at=datetime.now(UTC), show=show_repetition)
