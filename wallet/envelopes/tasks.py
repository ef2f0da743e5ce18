"""Celery entry points of envelopes."""

from datetime import UTC, datetime

from celery import shared_task

from wallet.envelopes.services import return_expired


@shared_task
def return_expired_envelopes() -> int:
    """Send back what nobody took of envelopes whose time is over."""
    return return_expired(at=datetime.now(UTC))
