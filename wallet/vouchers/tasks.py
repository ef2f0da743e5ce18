"""Celery entry points of vouchers."""

from datetime import UTC, datetime

from celery import shared_task

from wallet.vouchers.services import return_expired


@shared_task
def return_expired_vouchers() -> int:
    """Send back what nobody used of vouchers whose time is over."""
    return return_expired(at=datetime.now(UTC))
