"""Celery entry points of invites."""

from datetime import UTC, datetime

from celery import shared_task

from chat.invites.services import forget_old


@shared_task
def forget_invites() -> int:
    """Delete links and requests that nobody comes back to."""
    return forget_old(at=datetime.now(UTC))
