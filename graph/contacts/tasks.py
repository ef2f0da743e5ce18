"""Celery entry points of contacts."""

from datetime import UTC, datetime

from celery import shared_task

from graph.contacts.services import forget_old


@shared_task
def forget_contacts() -> int:
    """Delete contacts whose time is over."""
    return forget_old(at=datetime.now(UTC))
