"""What the hub reads from PostgreSQL, in one of the command threads."""

from collections.abc import Iterable
from uuid import UUID

from chat.rooms.models import Event, Member, Room
from chat.socket.feed import Numbered

HEAL_AT_MOST = 500


def read_room_ids(person_id: UUID) -> list[tuple[UUID, int]]:
    """Return the person's rooms, each with its newest number."""
    rows = Member.objects.filter(person_id=person_id, left_seq=None)
    return list(rows.values_list("room_id", "room__last_seq"))


def read_newest(room_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the newest number of each room."""
    rows = Room.objects.filter(id__in=list(room_ids))
    return dict(rows.values_list("id", "last_seq"))


def read_missing(room_id: UUID, after: int) -> list[Numbered]:
    """Return a room's events after a number, ascending, in a piece of bounded size."""
    rows = Event.objects.filter(room_id=room_id, seq__gt=after).order_by("seq")[:HEAL_AT_MOST]
    leavers = _leavers(room_id, after)
    return [
        Numbered(event.seq, event.frame.encode(), event.about, leavers.get(event.seq))
        for event in rows
    ]


def _leavers(room_id: UUID, after: int) -> dict[int, UUID]:
    rows = Member.objects.filter(room_id=room_id, left_seq__gt=after)
    return {seq: person for seq, person in rows.values_list("left_seq", "person_id") if seq}
