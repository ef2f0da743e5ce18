"""Writing a room's numbered events, and publishing the very bytes that clients get."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pydantic_core

from chat.rooms.models import Event
from commands.frames import show_moment
from outbox.bus import pack, person_topic, publish_after_commit, room_topic


@dataclass(frozen=True)
class Written:
    """An event with its number and its frame."""

    room_id: UUID
    seq: int
    kind: str
    by: UUID | None
    frame: bytes
    message_id: UUID | None = None
    about: int | None = None
    # Who left by this event: they get it, and nothing after it.
    left: UUID | None = None
    # Nobody is in the room after this event.
    closes: bool = False

    def row(self) -> Event:
        """Return the row that keeps the event."""
        return Event(
            room_id=self.room_id, seq=self.seq, kind=self.kind, by_id=self.by,
            message_id=self.message_id, about=self.about, frame=self.frame.decode(),
        )  # fmt: skip


def make_event(
    *,
    room_id: UUID,
    seq: int,
    kind: str,
    by: UUID | None,
    at: datetime,
    fields: dict[str, Any],
    message_id: UUID | None = None,
    about: int | None = None,
    left: UUID | None = None,
    closes: bool = False,
) -> Written:
    """Return the event with its frame, encoded once for everybody."""
    frame = pydantic_core.to_json(
        {
            "type": "event", "kind": kind, "room": room_id, "seq": seq, "at": show_moment(at),
            "by": by, **fields,
        }
    )  # fmt: skip
    return Written(room_id, seq, kind, by, frame, message_id, about, left, closes)


def append_events(*events: Written) -> None:
    """Keep the events and publish them after the commit; the caller holds the room's lock."""
    Event.objects.bulk_create(event.row() for event in events)
    for event in events:
        publish_event(event)


def publish_event(event: Written) -> None:
    """Publish a kept event after the commit: one publish for all its readers."""
    header: dict[str, Any] = {"seq": event.seq}
    if event.about is not None:
        header["about"] = event.about
    if event.left is not None:
        header["left"] = event.left
    if event.closes:
        header["closes"] = True
    publish_after_commit(room_topic(event.room_id), pack(event.frame, **header))


def publish_passing(
    room_id: UUID, kind: str, *, hidden_from: Iterable[UUID] = (), **fields: Any
) -> None:
    """Publish an event without a number, which may be lost: typing, read marks."""
    frame = pydantic_core.to_json({"type": "event", "kind": kind, "room": room_id, **fields})
    header = {"hidden_from": [str(one) for one in hidden_from]} if hidden_from else {}
    publish_after_commit(room_topic(room_id), pack(frame, **header))


def publish_own(person_id: UUID, kind: str, **fields: Any) -> None:
    """Publish an event without a number to the devices of one person alone."""
    frame = pydantic_core.to_json({"type": "event", "kind": kind, **fields})
    publish_after_commit(person_topic(person_id), pack(frame))


def publish_entered(person_id: UUID, room: dict[str, Any]) -> None:
    """Tell all devices of a person that they are in a room now; their hubs listen to it from here
    on.
    """
    publish_after_commit(person_topic(person_id), pack_entered(room))


def pack_entered(room: dict[str, Any]) -> bytes:
    """Return what tells the hubs of a person that they are in a room, as they see it."""
    frame = pydantic_core.to_json({"type": "event", "kind": "room.entered", "room": room})
    return pack(
        frame, control="entered", room=str(room["room"]), seq=room["last_seq"],
        joined=room["joined_seq"],
    )  # fmt: skip
