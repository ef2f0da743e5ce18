"""Reading notices."""

from datetime import datetime
from uuid import UUID

from outbox.notices.models import Notice


def list_notices(*, owner_id: UUID, before: UUID | None, limit: int) -> tuple[list[Notice], bool]:
    """Return a page of a person's notices, newest first, and whether there are more."""
    rows = Notice.objects.filter(owner_id=owner_id).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    page = list(rows[: limit + 1])
    return page[:limit], len(page) > limit


def was_told(*, owner_id: UUID, kind: str, about: UUID, since: datetime) -> bool:
    """Tell whether a person got such a notice about somebody since a moment."""
    told = Notice.objects.filter(owner_id=owner_id, kind=kind, about=about, at__gt=since)
    return told.exists()
