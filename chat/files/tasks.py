"""Celery entry points of files."""

from datetime import UTC, datetime

from celery import shared_task

from chat.files.services import delete_unsent


@shared_task
def delete_unsent_files() -> int:
    """Delete what was uploaded and not sent within a day."""
    return delete_unsent(at=datetime.now(UTC))
