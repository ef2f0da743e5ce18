"""Celery entry points of notices."""

from datetime import UTC, datetime

from celery import shared_task

from outbox.notices.services import forget_old_notices


@shared_task
def forget_notices() -> int:
    """Delete notices that nobody looks for any more."""
    return forget_old_notices(at=datetime.now(UTC))
