"""What the hub reads from PostgreSQL, in one of the command threads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import pydantic_core
from django.db import connection

from chat.rooms.errors import RoomNotFound
from chat.rooms.events import pack_entered
from chat.rooms.models import Event
from chat.rooms.selectors import describe_room
from chat.socket.feed import Numbered

HEAL_AT_MOST = 500

NEWER = """
    SELECT r.id, r.last_seq FROM unnest(%(rooms)s::uuid[], %(taken)s::bigint[]) AS asked (id, taken)
    JOIN rooms_room AS r ON r.id = asked.id AND r.last_seq > asked.taken
"""

# Thousands of rows are compared where they are: as a rule, nothing comes back.
MEMBERSHIPS = """
    SELECT asked.id, now.stamp, m.room_id, m.joined_seq
    FROM unnest(%(people)s::uuid[], %(stamps)s::bigint[]) AS asked (id, stamp)
    CROSS JOIN LATERAL (
        SELECT COALESCE(bit_xor(uuid_hash_extended(room_id, joined_seq)), 0) AS stamp
        FROM rooms_member WHERE person_id = asked.id AND left_seq IS NULL) AS now
    LEFT JOIN rooms_member AS m ON m.person_id = asked.id AND m.left_seq IS NULL
    WHERE now.stamp IS DISTINCT FROM asked.stamp
"""


def read_newer(taken: Mapping[UUID, int]) -> dict[UUID, int]:
    """Return the newest number of each room that has moved on since the number given."""
    with connection.cursor() as cursor:
        cursor.execute(NEWER, {"rooms": list(taken), "taken": list(taken.values())})
        return dict(cursor.fetchall())


def read_missing(room_id: UUID, after: int) -> list[Numbered]:
    """Return a room's events after a number, ascending, in a piece of bounded size."""
    rows = Event.objects.filter(room_id=room_id, seq__gt=after).order_by("seq")[:HEAL_AT_MOST]
    return [
        Numbered(
            event.seq, event.frame.encode(), event.about, _leaver(event),
            closes=event.kind == "room.dissolved",
        )
        for event in rows
    ]  # fmt: skip


def _leaver(event: Event) -> UUID | None:
    # The member's row does not tell: it forgets the leaving when they come back.
    if event.kind != "member.left":
        return None
    return UUID(pydantic_core.from_json(event.frame)["member"]["person"])


@dataclass(frozen=True, slots=True)
class Memberships:
    """The rooms that a person is in, each with the number by which they joined, and the stamp that
    is the same for as long as these are.
    """

    stamp: int
    rooms: dict[UUID, int] = field(default_factory=dict)


def read_memberships(known: Iterable[tuple[UUID, int | None]]) -> dict[UUID, Memberships]:
    """Return what people are in, of those alone whose stamp is not the one that we know."""
    people, stamps = zip(*known, strict=True)
    found: dict[UUID, Memberships] = {}
    with connection.cursor() as cursor:
        cursor.execute(MEMBERSHIPS, {"people": list(people), "stamps": list(stamps)})
        for person_id, stamp, room_id, joined_seq in cursor.fetchall():
            one = found.setdefault(person_id, Memberships(stamp))
            if room_id is not None:
                one.rooms[room_id] = joined_seq
    return found


def read_entered(person_id: UUID, room_id: UUID) -> bytes | None:
    """Return what the bus would have said of the person's coming into the room, or None when they
    left again.
    """
    try:
        return pack_entered(describe_room(room_id=room_id, person_id=person_id))
    except RoomNotFound:
        return None
