"""Reading trust lines."""

from uuid import UUID

from django.db.models import Q

from graph.trust.models import Change, ChangeKind, Consent, Line

# What its receiver sees of a line besides their own loans: how far the giver stands behind them.
FOR_RECEIVERS = (ChangeKind.SET, ChangeKind.LOWERED, ChangeKind.BURNED)


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


def list_changes(
    *, line: Line, reader_id: UUID, before: int | None, limit: int
) -> tuple[list[Change], bool]:
    """Return a page of what has happened to a line, newest first, and whether there is more.

    Its giver sees everything. Its receiver sees what its capacity was, and what their own loans
    used of it; not which loans of others do.
    """
    rows = Change.objects.filter(line_id=line.id)
    if reader_id != line.giver_id:
        rows = rows.filter(Q(kind__in=FOR_RECEIVERS) | Q(borrower=reader_id))
    if before is not None:
        rows = rows.filter(version__lt=before)
    page = list(rows.order_by("-version")[: limit + 1])
    return page[:limit], len(page) > limit


def find_consent(*, person_id: UUID) -> Consent | None:
    """Return what a person said that proposals may draw on, or None if they never did."""
    return Consent.objects.filter(person_id=person_id).first()
