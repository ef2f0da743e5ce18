"""Reading trust lines."""

from uuid import UUID

from graph.trust.models import Line


def list_given(*, person_id: UUID) -> list[Line]:
    """Return the lines the person gives and that did not end, largest first."""
    rows = Line.objects.filter(giver_id=person_id, capacity__gt=0)
    return list(rows.order_by("-capacity", "id"))


def list_received(*, person_id: UUID) -> list[Line]:
    """Return the lines the person receives and that did not end, largest first."""
    rows = Line.objects.filter(receiver_id=person_id, capacity__gt=0)
    return list(rows.order_by("-capacity", "id"))


def find_line(*, giver: UUID, receiver: UUID) -> Line | None:
    """Return the line from one person to another, or None if there never was one."""
    return Line.objects.filter(giver_id=giver, receiver_id=receiver).first()
