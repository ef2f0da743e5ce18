"""Celery entry points of the command layer."""

from datetime import UTC, datetime

from celery import shared_task

from commands.keys import forget_old_keys


@shared_task
def forget_keys() -> int:
    """Forget the ids of old commands without money."""
    return forget_old_keys(at=datetime.now(UTC))
