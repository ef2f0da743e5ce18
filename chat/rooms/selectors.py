"""Reading rooms, members and events."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pydantic_core
from django.conf import settings
from django.db import connection

from chat.rooms.errors import RoomNotFound
from chat.rooms.models import Event, Member, Role, Room
from chat.rooms.redact import show_frame
from commands.arrays import column

# Counting stops there: nobody reads "12,345 unread".
MOST_UNREAD = 999

# A direct room is called what the other person is called.
ROOMS = """
    SELECT r.id, r.kind,
           CASE r.kind WHEN 'direct' THEN (
               SELECT p.name FROM rooms_member AS o JOIN people_person AS p ON p.id = o.person_id
               WHERE o.room_id = r.id AND o.person_id <> m.person_id)
           ELSE r.name END,
           CASE r.kind WHEN 'direct' THEN (
               SELECT o.person_id FROM rooms_member AS o
               WHERE o.room_id = r.id AND o.person_id <> m.person_id) END,
           r.last_seq, m.read_seq, m.muted, m.role, m.joined_seq,
           (SELECT count(*) FROM (
               SELECT FROM rooms_event AS e
               WHERE e.room_id = r.id AND e.kind = 'message.new' AND e.by_id <> m.person_id
                 AND e.seq > GREATEST(m.read_seq, m.joined_seq)
               LIMIT %(most)s) AS unread),
           (SELECT e.message_id FROM rooms_event AS e
            WHERE e.room_id = r.id AND e.kind = 'message.new' AND e.seq >= m.joined_seq
            ORDER BY e.seq DESC LIMIT 1),
           m.person_id, m.read_marks
    FROM rooms_member AS m JOIN rooms_room AS r ON r.id = m.room_id
    WHERE m.person_id = ANY(%(people)s) AND m.left_seq IS NULL
      AND (%(room)s::uuid IS NULL OR r.id = %(room)s)
    ORDER BY r.last_seq DESC, r.id
"""


# Messages live above rooms and say themselves how they stand now.
DescribeMessages = Callable[[Iterable[UUID]], dict[UUID, dict[str, Any]]]
_describe_messages: list[DescribeMessages] = []


def show_newest_by(describe: DescribeMessages) -> None:
    """Have messages described by this function, which gets ids and returns what clients see."""
    _describe_messages[:] = [describe]


def list_rooms(*, person_id: UUID) -> list[dict[str, Any]]:
    """Return the person's rooms as in `hello`, those with the newest message first."""
    rooms = [room for _, room in _describe([person_id], None)]
    return sorted(rooms, key=lambda room: room["newest_at"] or "", reverse=True)


def describe_room(*, room_id: UUID, person_id: UUID) -> dict[str, Any]:
    """Return the room as in `hello`. Raises RoomNotFound."""
    rooms = describe_room_to(room_id=room_id, people=[person_id])
    if not rooms:
        raise RoomNotFound()
    return rooms[person_id]


def describe_room_to(*, room_id: UUID, people: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the room as each of the people sees it who is in it."""
    return dict(_describe(people, room_id))


def _describe(people: Iterable[UUID], room_id: UUID | None) -> list[tuple[UUID, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(ROOMS, {"people": list(people), "room": room_id, "most": MOST_UNREAD})
        rows = cursor.fetchall()
    newest_ids = {row[10] for row in rows if row[10]}
    messages = _describe_messages[0](newest_ids) if newest_ids else {}
    rooms = []
    for row in rows:
        room, kind, name, other, last, read, muted, role, joined, unread, newest = row[:11]
        person, read_marks = row[11:]
        message = messages.get(newest)
        shown = {
            "room": str(room), "id": str(room), "kind": kind, "name": name or "",
            "with": str(other) if other else None, "last_seq": last, "read_seq": read,
            "unread": unread, "muted": muted, "read_marks": read_marks, "role": role,
            "joined_seq": joined, "newest": message,
            "newest_at": message["at"] if message else None,
        }  # fmt: skip
        rooms.append((person, shown))
    return rooms


def access_room(*, room_id: UUID, person_id: UUID) -> Member:
    """Return the person's membership with the room. Raises RoomNotFound when there is none."""
    rows = Member.objects.filter(room_id=room_id, person_id=person_id, left_seq=None)
    member = rows.select_related("room").first()
    if member is None:
        raise RoomNotFound()
    return member


def list_members(*, room_id: UUID) -> list[Member]:
    """Return who is in the room, in the order of joining, with people loaded."""
    rows = Member.objects.filter(room_id=room_id, left_seq=None).select_related("person")
    return list(rows.order_by("joined_seq"))


def list_reads(*, members: Iterable[Member], person_id: UUID) -> dict[str, int]:
    """Return how far the others of a room have read, among those who tell; nothing to who does
    not tell themselves.
    """
    telling = {member.person_id: member.read_seq for member in members if member.read_marks}
    if telling.pop(person_id, None) is None:
        return {}
    return {str(one): seq for one, seq in telling.items()}


def list_without_read_marks(*, room_id: UUID) -> list[UUID]:
    """Return the members of a room who have switched read marks off."""
    rows = Member.objects.filter(room_id=room_id, read_marks=False, left_seq=None)
    return list(rows.values_list("person_id", flat=True))


def member_ids(*, room_id: UUID) -> set[UUID]:
    """Return the ids of the people in the room."""
    rows = Member.objects.filter(room_id=room_id, left_seq=None)
    return set(rows.values_list("person_id", flat=True))


def other_side(*, room: Room, person_id: UUID) -> UUID:
    """Return the other person of a direct room, without a look at its members."""
    assert room.direct_key is not None
    (other,) = {UUID(side) for side in room.direct_key.split(":")} - {person_id}
    return other


def is_member(*, room_id: UUID, person_id: UUID) -> bool:
    """Tell whether the person is in the room."""
    return Member.objects.filter(room_id=room_id, person_id=person_id, left_seq=None).exists()


MEMBERS_AMONG = """
    SELECT room_id, person_id FROM unnest(%s::uuid[], %s::uuid[]) AS x (room_id, person_id)
    JOIN rooms_member AS m USING (room_id, person_id) WHERE m.left_seq IS NULL
"""


def members_among(pairs: set[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return those pairs of a room and a person of which the person is in the room, in one
    statement.
    """
    with connection.cursor() as cursor:
        rooms, people = column(room for room, _ in pairs), column(person for _, person in pairs)
        cursor.execute(MEMBERS_AMONG, [rooms, people])
        return set(cursor.fetchall())


def rooms_of(*, person_id: UUID, room_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the rooms that the person is in."""
    rows = Member.objects.filter(person_id=person_id, room_id__in=room_ids, left_seq=None)
    return set(rows.values_list("room_id", flat=True))


def was_removed(*, room_id: UUID, person_id: UUID) -> bool:
    """Tell whether somebody else sent the person away from the room, and nobody let them back."""
    return Member.objects.filter(room_id=room_id, person_id=person_id, was_removed=True).exists()


def manager_ids(*, room_id: UUID) -> set[UUID]:
    """Return the ids of a room's owners and admins."""
    rows = Member.objects.filter(room_id=room_id, left_seq=None).exclude(role=Role.MEMBER)
    return set(rows.values_list("person_id", flat=True))


@dataclass(frozen=True)
class Page:
    """A page of a room's events for one member, ascending; frames are JSON text."""

    frames: list[str]
    first_seq: int
    last_seq: int
    more: bool

    def events(self) -> list[dict[str, Any]]:
        """Return the events as objects."""
        return [pydantic_core.from_json(frame) for frame in self.frames]


MISSED = """
    SELECT m.room_id, m.joined_seq, r.last_seq, e.seq, e.frame, e.about
    FROM unnest(%(rooms)s::uuid[], %(afters)s::bigint[]) AS c (room_id, after)
    JOIN rooms_member AS m
        ON m.room_id = c.room_id AND m.person_id = %(person)s AND m.left_seq IS NULL
    JOIN rooms_room AS r ON r.id = c.room_id
    LEFT JOIN LATERAL (
        SELECT seq, frame, about FROM rooms_event
        WHERE room_id = c.room_id AND seq > GREATEST(c.after, m.joined_seq - 1)
        ORDER BY seq LIMIT %(limit)s
    ) AS e ON true
    ORDER BY m.room_id, e.seq
"""


def list_missed(
    *, person_id: UUID, cursors: Mapping[UUID, int], live_from: Mapping[UUID, int] | None
) -> dict[UUID, Page]:
    """Return what a person has missed of each room after a number, as `list_events` does, in one
    statement; rooms they are not in are left out.

    Ends at the number in `live_from`, after which a socket pushes by itself, and at bounds for one
    room and for all together, with `more`.
    """
    limit = settings.RESUME_EVENTS
    with connection.cursor() as cursor:
        cursor.execute(
            MISSED,
            {
                "rooms": list(cursors), "afters": list(cursors.values()), "person": person_id,
                "limit": limit + 1,
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    pages: dict[UUID, Page] = {}
    size = 0
    for room_id, joined, newest, seq, frame, about in rows:
        last_seq = newest if live_from is None else live_from.get(room_id, newest)
        start = max(cursors[room_id], joined - 1)
        page = pages.setdefault(room_id, Page([], start + 1, last_seq, more=False))
        if seq is None or seq > last_seq or page.more:
            continue
        shown = show_frame(frame, about=about, joined_seq=joined)
        if len(page.frames) == limit or size + len(shown) > settings.RESUME_BYTES:
            pages[room_id] = replace(page, more=True)
            continue
        size += len(shown)
        page.frames.append(shown)
    return pages


def list_events(*, member: Member, after: int, limit: int) -> Page:
    """Return a member's events after a number, from their joining on; `last_seq` is the room's
    newest.
    """
    start = max(after, member.joined_seq - 1)
    rows = Event.objects.filter(room_id=member.room_id, seq__gt=start).order_by("seq")
    page = list(rows.values_list("frame", "about")[: limit + 1])
    frames = [
        show_frame(frame, about=about, joined_seq=member.joined_seq)
        for frame, about in page[:limit]
    ]
    return Page(frames, start + 1, member.room.last_seq, len(page) > limit)
