"""Celery entry points of payment requests."""

from datetime import UTC, datetime

from celery import shared_task

from wallet.requests.services import expire


@shared_task
def expire_payment_requests() -> int:
    """Close the payment requests that nobody answered in time."""
    return expire(at=datetime.now(UTC))
