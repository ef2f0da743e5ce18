"""Celery entry points of transfers."""

from datetime import UTC, datetime

from celery import shared_task

from wallet.transfers.services import expire


@shared_task
def expire_transfers() -> int:
    """End the holds of transfers that nobody answered in time."""
    return expire(at=datetime.now(UTC))
