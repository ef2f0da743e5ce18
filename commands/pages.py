"""Pages of rows, for commands that list."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def newest_first(rows: "QuerySet[M]", *, before: UUID | None, limit: int) -> tuple[list[M], bool]:
    """Return the page of rows with the highest ids below `before`, and whether there are more.

    The ids are of version 7, so the highest are the newest.
    """
    if before:
        rows = rows.filter(id__lt=before)
    page = list(rows.order_by("-id")[: limit + 1])
    return page[:limit], len(page) > limit
