"""Setting trust lines, and reserving, releasing and burning what loans use of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from commands.arrays import column, columns
from graph.trust.errors import BelowReserved
from graph.trust.events import record_lines
from graph.trust.locks import lock_lines, lock_lines_between
from graph.trust.models import ChangeKind, Consent, Line

# Lines as they are now, and what is written down of that.
SAVE = """
    WITH now AS (
        SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
                             %s::boolean[], %s::timestamptz[], %s::text[])
            AS x (id, version, capacity, reserved, burned, ending, set_at, lenders)
    ), saved AS (
        UPDATE trust_line AS line
        SET version = now.version, capacity = now.capacity, reserved = now.reserved,
            burned = now.burned, ending = now.ending, set_at = now.set_at, lenders = now.lenders
        FROM now WHERE line.id = now.id
    )
    INSERT INTO trust_change (line_id, version, capacity, reserved, burned, lenders,
                              kind, at, by, loan, borrower)
    SELECT id, version, capacity, reserved, burned, lenders, %s, %s, %s, %s, %s FROM now
"""


@dataclass(frozen=True)
class Cause:
    """When lines change, who does it (nobody where time does), and for which loan of whom."""

    at: datetime
    by: UUID | None = None
    loan: UUID | None = None
    borrower: UUID | None = None


def set_line(
    *, giver: UUID, receiver: UUID, capacity: int, lenders: str | None, at: datetime
) -> Line:
    """Set how far the giver stands behind the receiver; 0 ends the line.

    `lenders` None leaves what was chosen before (`any` for a new line). Whether the two are friends
    is the caller's question, who holds their friendship's lock. Raises BelowReserved.
    """
    with transaction.atomic():
        line = _lock_line(giver, receiver) or _make_line(giver, receiver, at)
        if capacity < line.reserved:
            raise BelowReserved(reserved=line.reserved)
        line.capacity = capacity
        line.lenders = lenders or line.lenders
        line.set_at = at
        line.ending = False
        _save([line], ChangeKind.SET, Cause(at, by=giver))
    return line


def _lock_line(giver: UUID, receiver: UUID) -> Line | None:
    lines = lock_lines_between(one=giver, other=receiver)
    return next((line for line in lines if line.giver_id == giver), None)


def _make_line(giver: UUID, receiver: UUID, at: datetime) -> Line:
    return Line.objects.create(
        id=uuid7(), giver_id=giver, receiver_id=receiver, capacity=0, version=0, set_at=at
    )


def lower_lines_between(*, one: UUID, other: UUID, by: UUID, at: datetime) -> None:
    """Lower both lines between two people to what open loans use of them; what those give back
    later serves nobody, unless its giver sets the line anew.
    """
    with transaction.atomic():
        lines = lock_lines_between(one=one, other=other)
        for line in lines:
            line.ending = line.reserved > 0
        # Of this the history tells nothing by itself, and the graph knows nothing.
        Line.objects.bulk_update(lines, ["ending"])
        _lower(lines, Cause(at, by=by))


def reserve(*, amounts: Mapping[UUID, int], locked: Mapping[UUID, Line], cause: Cause) -> None:
    """Reserve an amount of each line; the caller holds their locks and has seen that they have it
    free.
    """
    _change(amounts, locked, ChangeKind.RESERVED, cause, reserved=1)


def release(*, amounts: Mapping[UUID, int], cause: Cause) -> None:
    """Give back what was reserved of each line, because principal was repaid or forgiven. A line
    whose friendship has ended falls by as much.
    """
    locked = lock_lines(line_ids=amounts)
    _change(amounts, locked, ChangeKind.RELEASED, cause, reserved=-1)
    # A change of its own, without the loan: that the line fell is for its receiver to know.
    _lower([line for line in locked.values() if line.ending], Cause(cause.at))


def burn(*, amounts: Mapping[UUID, int], cause: Cause) -> None:
    """Take from each line what a default has cost: capacity falls for good, and the reservation
    with it.
    """
    locked = lock_lines(line_ids=amounts)
    _change(amounts, locked, ChangeKind.BURNED, cause, reserved=-1, capacity=-1, burned=1)


def set_consent(
    *,
    person_id: UUID,
    loans: bool | None,
    transfers: bool | None,
    friendship: bool | None,
    mutual: bool | None,
    at: datetime,
) -> Consent:
    """Say what of one's own a proposal may draw on; None leaves what was said before."""
    said = {"loans": loans, "transfers": transfers, "friendship": friendship, "mutual": mutual}
    fields = {name: value for name, value in said.items() if value is not None}
    consent, _ = Consent.objects.update_or_create(
        person_id=person_id, defaults={**fields, "at": at}
    )
    return consent


def _change(
    amounts: Mapping[UUID, int],
    locked: Mapping[UUID, Line],
    kind: ChangeKind,
    cause: Cause,
    *,
    reserved: int,
    capacity: int = 0,
    burned: int = 0,
) -> None:
    lines = []
    for line_id, amount in amounts.items():
        line = locked[line_id]
        line.reserved += reserved * amount
        line.capacity += capacity * amount
        line.burned += burned * amount
        lines.append(line)
    _save(lines, kind, cause)


def _lower(lines: list[Line], cause: Cause) -> None:
    above = [line for line in lines if line.capacity > line.reserved]
    for line in above:
        line.capacity = line.reserved
    _save(above, ChangeKind.LOWERED, cause)


def _save(lines: list[Line], kind: ChangeKind, cause: Cause) -> None:
    if not lines:
        return
    for line in lines:
        line.version += 1
    values = [
        *columns(lines, "id", "version", "capacity", "reserved", "burned", "ending", "set_at"),
        column(str(line.lenders) for line in lines),
        str(kind), cause.at, cause.by, cause.loan, cause.borrower,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SAVE, values)
    record_lines(lines)
