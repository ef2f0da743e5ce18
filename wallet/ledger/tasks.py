"""Celery entry points of the ledger."""

from datetime import UTC, datetime

from celery import shared_task

from wallet.ledger import services


@shared_task
def expire_holds() -> int:
    """Free holds past their expiry that no product owns."""
    return services.expire_holds(at=datetime.now(UTC))


@shared_task
def take_snapshots() -> int:
    """Write down the sums of accounts that keep no balance."""
    return services.take_snapshots(at=datetime.now(UTC))
