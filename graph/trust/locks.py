"""Row locks on trust lines."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from graph.trust.models import Line


def lock_lines(*, line_ids: Iterable[UUID]) -> dict[UUID, Line]:
    """Lock the lines until the transaction ends, lowest id first. See Note [Lock order]."""
    rows = Line.objects.filter(id__in=set(line_ids)).order_by("id").select_for_update(no_key=True)
    return {line.id: line for line in rows}


def lock_lines_between(*, one: UUID, other: UUID) -> list[Line]:
    """Lock the lines between two people, both directions, lowest id first."""
    between = Q(giver=one, receiver=other) | Q(giver=other, receiver=one)
    return list(Line.objects.filter(between).order_by("id").select_for_update(no_key=True))
