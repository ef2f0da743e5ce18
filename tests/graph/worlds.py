"""Worlds of people, lines and friendships in PostgreSQL, made in bulk, and brought to Neo4j."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from commands.arrays import column
from graph.friends.events import FRIENDSHIP, project_friendship
from graph.friends.models import Friendship, Status
from graph.projection.services import REBUILD_BATCH, apply_rows
from graph.trust.events import LINE, project_line, record_lines
from graph.trust.models import Line
from outbox.services import record_all

NewLine = tuple[UUID, UUID, int, str]


def make_lines(lines: Iterable[NewLine], *, at: datetime) -> list[Line]:
    """Make trust lines (giver, receiver, capacity, lenders), whether or not the two are friends."""
    rows = _new_lines(lines, at)
    with transaction.atomic():
        Line.objects.bulk_create(rows)
        begin_history(rows)
        record_lines(rows)
    return rows


def make_many_lines(lines: Iterable[NewLine], *, at: datetime) -> None:
    """Make thousands of trust lines in both engines, past the outbox, as a rebuild does."""
    rows = _new_lines(lines, at)
    with transaction.atomic():
        Line.objects.bulk_create(rows, batch_size=5_000)
        begin_history(rows)
    for place in range(0, len(rows), REBUILD_BATCH):
        batch = rows[place : place + REBUILD_BATCH]
        apply_rows(kind=LINE, rows=[project_line(line) for line in batch])


def _new_lines(lines: Iterable[NewLine], at: datetime) -> list[Line]:
    return [
        Line(
            id=uuid7(), giver_id=giver, receiver_id=receiver, capacity=capacity, lenders=lenders,
            set_at=at,
        )
        for giver, receiver, capacity, lenders in lines
    ]  # fmt: skip


BEGIN = """
    INSERT INTO trust_change (line_id, version, kind, at, by, capacity, reserved, burned, lenders)
    SELECT id, version, 'set', set_at, giver_id, capacity, reserved, burned, lenders
    FROM trust_line WHERE id = ANY(%s::uuid[])
"""


def begin_history(lines: Iterable[Line]) -> None:
    """Write into the histories of lines that were made in bulk that their givers have set them."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [column(line.id for line in lines)])


def make_friendships(
    pairs: Iterable[tuple[UUID, UUID]], *, at: datetime, status: Status = Status.FRIENDS
) -> None:
    """Make friends of each pair, which must be given once; NONE means that they were friends."""
    rows = []
    for pair in pairs:
        low, high = sorted(pair)
        rows.append(
            Friendship(id=uuid7(), low_id=low, high_id=high, status=status, since=at, version=1)
        )
    with transaction.atomic():
        Friendship.objects.bulk_create(rows)
        record_all(
            FRIENDSHIP.event(project_friendship(row), subjects=(row.low_id, row.high_id))
            for row in rows
        )
