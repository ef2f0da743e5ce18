"""Row locks on trust lines."""

from collections.abc import Iterable
from uuid import UUID

from graph.trust.models import Line


def lock_lines(*, line_ids: Iterable[UUID]) -> dict[UUID, Line]:
    """Lock the lines until the transaction ends, lowest id first. See Note [Lock order]."""
    rows = Line.objects.filter(id__in=set(line_ids)).order_by("id").select_for_update(no_key=True)
    return {line.id: line for line in rows}


BETWEEN = """
    SELECT * FROM trust_line
    WHERE (giver_id, receiver_id) IN ((%(one)s, %(other)s), (%(other)s, %(one)s))
    ORDER BY id FOR NO KEY UPDATE
"""


def lock_lines_between(*, one: UUID, other: UUID) -> list[Line]:
    """Lock the lines between two people, both directions, lowest id first."""
    return list(Line.objects.raw(BETWEEN, {"one": one, "other": other}))
