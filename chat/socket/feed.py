"""One room on this process: puts events into their order and gives them to the connections in
it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from chat.rooms.redact import redact_frame
from chat.socket.connection import Connection, Encoded, Seat


@dataclass(frozen=True)
class Numbered:
    """A room's event as it comes from the bus or the database.

    `about` is the number of the earlier message it speaks of; `left` who left by it.
    """

    seq: int
    payload: bytes
    about: int | None = None
    left: UUID | None = None


@dataclass
class Feed:
    """The connections of one room, and how far the room was passed on to them."""

    room_id: UUID
    delivered: int
    connections: set[Connection] = field(default_factory=set)
    # Events that came before one that is still missing.
    held: dict[int, Numbered] = field(default_factory=dict)

    def accept(self, events: Iterable[Numbered]) -> bool:
        """Take events in whatever order, pass on what is in line, and tell whether one is
        missing.
        """
        for event in events:
            if event.seq > self.delivered:
                self.held[event.seq] = event
        while self.delivered + 1 in self.held:
            self.delivered += 1
            self._pass_on(self.held.pop(self.delivered))
        return bool(self.held)

    def pass_by(self, payload: bytes) -> None:
        """Pass on an event without a number."""
        encoded = Encoded.of(payload)
        for connection in self.connections:
            connection.give(encoded, room_id=self.room_id)

    def _pass_on(self, event: Numbered) -> None:
        encoded = Encoded.of(event.payload)
        redacted: Encoded | None = None
        for connection in self.connections:
            seat = connection.seats.get(self.room_id)
            if event.about is not None and seat is not None and event.about < seat.joined_seq:
                redacted = redacted or Encoded.of(redact_frame(event.payload).encode())
                connection.give(redacted, room_id=self.room_id, seq=event.seq)
            else:
                connection.give(encoded, room_id=self.room_id, seq=event.seq)
        if event.left is not None:
            self._dismiss(event.left, event.seq)

    def _dismiss(self, person_id: UUID, seq: int) -> None:
        """Let go of the devices of somebody who left; the event that says so was their last."""
        for connection in [one for one in self.connections if one.person_id == person_id]:
            seat = connection.seats.get(self.room_id)
            # Held back by a hole, the event may come after they are back in the room.
            if seat is None or seat.joined_seq < seq:
                self.connections.discard(connection)
                connection.seats.pop(self.room_id, None)

    def seat(self, connection: Connection, seat: Seat | None = None) -> None:
        """Let a connection in; its seat says from where on it gets events."""
        self.connections.add(connection)
        if seat is not None:
            connection.seats[self.room_id] = seat
