"""Reading notices."""

from datetime import datetime
from uuid import UUID

from commands.pages import newest_first
from outbox.notices.models import Notice


def list_notices(*, owner_id: UUID, before: UUID | None, limit: int) -> tuple[list[Notice], bool]:
    """Return a page of a person's notices, newest first, and whether there are more."""
    rows = Notice.objects.filter(owner_id=owner_id)
    return newest_first(rows, before=before, limit=limit)


def was_told(*, owner_id: UUID, kind: str, about: UUID, since: datetime) -> bool:
    """Tell whether a person got such a notice about somebody since a moment."""
    told = Notice.objects.filter(owner_id=owner_id, kind=kind, about=about, at__gt=since)
    return told.exists()
