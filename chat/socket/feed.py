"""One room on this process: puts events into their order and gives them to the connections in
it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from chat.rooms.redact import redact_frame
from chat.socket.connection import Connection, Encoded, Seat


@dataclass(frozen=True)
class Numbered:
    """A room's event as it comes from the bus or the database.

    `about` is the number of the earlier message it speaks of; `left` who left by it,
    and with `closes` everybody did.
    """

    seq: int
    payload: bytes
    about: int | None = None
    left: UUID | None = None
    closes: bool = False


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
        """Pass on an event without a number, to who has heard all that has one: what is still on
        its way to the others may be that they left.
        """
        encoded = Encoded.of(payload)
        for connection in self.connections:
            if connection.newest_of(self.room_id) >= self.delivered:
                connection.give(encoded, room_id=self.room_id)

    def _pass_on(self, event: Numbered) -> None:
        shown = _Shown(event)
        for connection in self.connections:
            self._give(connection, shown)
        if event.left is not None or event.closes:
            for connection in list(self.connections):
                self._dismiss(connection, event)

    def _give(self, connection: Connection, shown: "_Shown") -> None:
        event, seat = shown.event, connection.seats.get(self.room_id)
        if event.about is not None and seat is not None and event.about < seat.joined_seq:
            encoded = shown.redacted
        else:
            encoded = shown.whole
        connection.give(encoded, room_id=self.room_id, seq=event.seq)

    def _dismiss(self, connection: Connection, event: Numbered) -> None:
        """Let go of a device of somebody who left; the event that says so was its last."""
        if not event.closes and connection.person_id != event.left:
            return
        seq, seat = event.seq, connection.seats.get(self.room_id)
        if connection.waiting is not None:
            connection.left[self.room_id] = seq
            if seat is None or seat.joined_seq < seq:
                # It keeps the seat until it has been sent what waits for it, which ends with this.
                self.connections.discard(connection)
                connection.rooms.discard(self.room_id)
            return
        # Held back by a hole, the event may come after they are back in the room.
        if seat is None or seat.joined_seq < seq:
            self.let_go(connection)

    def behind(self) -> list[Connection]:
        """Return the connections that have not got everything that the room has."""
        return [
            one
            for one in self.connections
            if one.waiting is None
            and (seat := one.seats.get(self.room_id)) is not None
            and seat.cursor < self.delivered
        ]

    def catch_up(self, connection: Connection, events: Iterable[Numbered]) -> None:
        """Give one connection what the others have already."""
        for event in events:
            if event.seq <= self.delivered and connection in self.connections:
                self._give(connection, _Shown(event))
                self._dismiss(connection, event)

    def seat(self, connection: Connection, seat: Seat | None = None) -> None:
        """Let a connection in; its seat says from where on it gets events."""
        self.connections.add(connection)
        connection.rooms.add(self.room_id)
        if seat is not None:
            connection.seats[self.room_id] = seat

    def let_go(self, connection: Connection) -> None:
        """Let a connection out; it gets nothing more of the room."""
        self.connections.discard(connection)
        connection.rooms.discard(self.room_id)
        connection.seats.pop(self.room_id, None)


class _Shown:
    """An event's frames, each built once when first needed."""

    def __init__(self, event: Numbered) -> None:
        self.event = event

    @cached_property
    def whole(self) -> Encoded:
        """Return it as it is."""
        return Encoded.of(self.event.payload)

    @cached_property
    def redacted(self) -> Encoded:
        """Return it for who joined after the message it speaks of."""
        return Encoded.of(redact_frame(self.event.payload).encode())
