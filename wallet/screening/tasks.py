"""Celery entry points of screening."""

from datetime import UTC, datetime

from celery import shared_task

from wallet.screening.rules.shadow import forget_old_shadows


@shared_task
def forget_shadows() -> int:
    """Delete what rules in shadow would have decided long ago."""
    return forget_old_shadows(at=datetime.now(UTC))
