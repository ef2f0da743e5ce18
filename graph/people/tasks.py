"""Celery entry points of people."""

from datetime import UTC, datetime

from celery import shared_task

from graph.people.services import forget_old_credentials


@shared_task
def forget_credentials() -> int:
    """Delete tokens and browser sessions that ended."""
    return forget_old_credentials(at=datetime.now(UTC))
