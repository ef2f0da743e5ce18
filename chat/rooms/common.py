"""Groups that people have in common, for who looks for people."""

from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from chat.rooms.models import Kind, Member, Room
from graph.finding.groups import Group, Groups

SHOWN: Final = 50
# In a large group one does not know who is in it; and only so many of the newest are looked at.
SMALL: Final = 30
LOOKED_AT: Final = 50
AROUND: Final = """
    SELECT m.person_id, array_agg(m.room_id)
    FROM (
        SELECT me.room_id FROM rooms_member AS me JOIN rooms_room AS r ON r.id = me.room_id
        WHERE me.person_id = %(person)s AND me.left_seq IS NULL AND r.kind = 'group'
          AND r.dissolved_at IS NULL
        ORDER BY me.room_id DESC LIMIT %(rooms)s
    ) AS mine
    JOIN rooms_member AS m ON m.room_id = mine.room_id AND m.left_seq IS NULL
    WHERE m.person_id <> %(person)s
      AND (SELECT count(*) FROM rooms_member AS c
           WHERE c.room_id = mine.room_id AND c.left_seq IS NULL) <= %(small)s
    GROUP BY m.person_id
"""


def _in_common(one: UUID, other: UUID) -> list[Group]:
    is_in = Member.objects.filter(room_id=OuterRef("id"), left_seq=None)
    rooms = Room.objects.filter(
        Exists(is_in.filter(person_id=one)), Exists(is_in.filter(person_id=other)),
        kind=Kind.GROUP, dissolved_at=None,
    )  # fmt: skip
    return [Group(room.id, room.name) for room in rooms.order_by("name", "id")[:SHOWN]]


def _around(person_id: UUID) -> dict[UUID, list[UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(AROUND, {"person": person_id, "rooms": LOOKED_AT, "small": SMALL})
        return dict(cursor.fetchall())


def have_shared_room(reader: UUID, person: UUID) -> bool:
    """Tell whether two people are or were in a room together."""
    others = Member.objects.filter(room_id=OuterRef("room_id"), person_id=person)
    return Member.objects.filter(Exists(others), person_id=reader).exists()


GROUPS = Groups(in_common=_in_common, around=_around)
