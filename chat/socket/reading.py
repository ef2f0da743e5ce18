"""What the hub reads from PostgreSQL, in one of the command threads."""

from collections.abc import Iterable
from uuid import UUID

import pydantic_core

from chat.rooms.errors import RoomNotFound
from chat.rooms.events import pack_entered
from chat.rooms.models import Event, Member, Room
from chat.rooms.selectors import describe_room
from chat.socket.feed import Numbered

HEAL_AT_MOST = 500


def read_newest(room_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the newest number of each room."""
    rows = Room.objects.filter(id__in=list(room_ids))
    return dict(rows.values_list("id", "last_seq"))


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


def read_memberships(people: Iterable[UUID]) -> dict[tuple[UUID, UUID], int]:
    """Return which of the people are in which rooms, and the numbers by which they joined."""
    rows = Member.objects.filter(person_id__in=list(people), left_seq=None)
    return {
        (person, room): joined
        for person, room, joined in rows.values_list("person_id", "room_id", "joined_seq")
    }


def read_entered(person_id: UUID, room_id: UUID) -> bytes | None:
    """Return what the bus would have said of the person's coming into the room, or None when they
    left again.
    """
    try:
        return pack_entered(describe_room(room_id=room_id, person_id=person_id))
    except RoomNotFound:
        return None
