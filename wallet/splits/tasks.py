"""Celery entry points of splits."""

from datetime import UTC, datetime

from celery import shared_task

from wallet.splits.services import remind_due


@shared_task
def remind_of_splits() -> int:
    """Remind, once, of splits that were made a day ago."""
    return remind_due(at=datetime.now(UTC))
