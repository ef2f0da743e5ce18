"""One room on this process: puts events into their order and gives them to the connections in
it.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from chat.rooms.redact import redact_frame
from chat.socket.connection import NO_SEAT, Connection, Encoded, Seat
from chat.socket.turn import Turn

# Bytes of events that go out as one write; a single event may be larger.
MOST_JOINED = 64 * 1024


@dataclass(frozen=True)
class Numbered:
    """A room's event as it comes from the bus or the database; 0 for one without a number.

    `about` is the number of the earlier message it speaks of; `left` who left by it, and with
    `closes` everybody did; `hidden_from` who may not hear it.
    """

    seq: int
    payload: bytes
    about: int | None = None
    left: UUID | None = None
    closes: bool = False
    hidden_from: frozenset[UUID] = frozenset()

    def is_last_for(self, connection: Connection) -> bool:
        """Tell whether whose connection it is is out of the room by this event."""
        return self.closes or connection.person_id == self.left


@dataclass(eq=False)
class Feed:
    """The connections of one room, and how far the room was passed on to them.

    `taken` is the newest number that came without a hole before it; `delivered` the newest that was
    passed on. What lies between waits for the next turn. `on_empty` is called when the last
    connection has gone.
    """

    room_id: UUID
    taken: int
    turn: Turn
    on_empty: Callable[["Feed"], None] | None = None
    connections: set[Connection] = field(default_factory=set)
    # Events that came before one that is still missing.
    held: dict[int, Numbered] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.delivered = self.taken
        self._line: deque[_Shown] = deque()
        self._seated: list[tuple[Connection, Seat]] | None = None

    def accept(self, events: Iterable[Numbered]) -> bool:
        """Take events in whatever order, have those that are in line passed on, and tell whether
        one is missing.
        """
        for event in events:
            if event.seq > self.taken:
                self.held[event.seq] = event
        while self.taken + 1 in self.held:
            self.taken += 1
            self._line_up(self.held.pop(self.taken))
        return bool(self.held)

    def pass_by(self, payload: bytes, *, hidden_from: Iterable[str] = ()) -> None:
        """Have an event without a number passed on, to who has heard all that has one: what is
        still on its way to the others may be that they left. Some people may not hear it at all.
        """
        hidden = frozenset(UUID(one) for one in hidden_from)
        self._line_up(Numbered(0, payload, hidden_from=hidden))

    def _line_up(self, event: Numbered) -> None:
        self._line.append(_Shown(event, after=self.taken))
        self.turn.line_up(self)

    def pass_on(self) -> int:
        """Give what is in line to the connections; return how many frames that were."""
        frames = 0
        while self._line:
            batch = self._take_batch()
            self._hand_out(batch)
            frames += len(self.connections)
            self.delivered = batch.last
            if batch.leaving is not None:
                for connection in list(self.connections):
                    self._dismiss(connection, batch.leaving)
        return frames

    def _take_batch(self) -> "_Batch":
        batch = _Batch(first=self.delivered + 1)
        while self._line and not batch.is_full:
            batch.add(self._line.popleft())
        return batch

    def _hand_out(self, batch: "_Batch") -> None:
        """Give a batch to everybody: the whole of it to who lacks just that, as nearly all do."""
        frame, before, leaving = batch.frame, batch.first - 1, batch.leaving
        marked, others = [], []
        for connection, seat in self._list_seated():
            road = connection.road
            if road is not None and seat.cursor == before and batch.is_whole_for(connection, seat):
                seat.cursor = batch.last
                marked.append(road)
                is_last = leaving is not None and leaving.is_last_for(connection)
                connection.give_joined(road, frame, is_last=is_last)
            else:
                others.append(connection)
        self.turn.mark(*marked)
        for connection in others:
            for shown in batch.shown:
                self._give(connection, shown)

    def _list_seated(self) -> list[tuple[Connection, Seat]]:
        # Made once for many events: the seats of a large room are looked up slowly.
        if self._seated is None:
            self._seated = [(one, one.seats.get(self.room_id, NO_SEAT)) for one in self.connections]
        return self._seated

    def _give(self, connection: Connection, shown: "_Shown") -> None:
        event, seat = shown.event, connection.seats.get(self.room_id)
        if connection.person_id in event.hidden_from:
            return
        if event.seq == 0 and connection.newest_of(self.room_id) < shown.after:
            return
        if event.about is not None and seat is not None and event.about < seat.joined_seq:
            encoded = shown.redacted
        else:
            encoded = shown.whole
        is_last = event.is_last_for(connection)
        connection.give(encoded, room_id=self.room_id, seq=event.seq, is_last=is_last)

    def _dismiss(self, connection: Connection, event: Numbered) -> None:
        """Let go of a device of somebody who left; the event that says so was its last."""
        if not event.is_last_for(connection):
            return
        seq, seat = event.seq, connection.seats.get(self.room_id)
        if connection.waiting is not None:
            connection.left[self.room_id] = seq
            if seat is None or seat.joined_seq < seq:
                # It keeps the seat until it has been sent what waits for it, which ends with this.
                self._discard(connection)
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
                self._give(connection, _Shown(event, after=event.seq))
                self._dismiss(connection, event)

    def seat(self, connection: Connection, seat: Seat | None = None) -> None:
        """Let a connection in; its seat says from where on it gets events."""
        self.connections.add(connection)
        connection.rooms.add(self.room_id)
        if seat is not None:
            connection.take_seat(self.room_id, seat)
        self._seated = None

    def let_go(self, connection: Connection) -> None:
        """Let a connection out; it gets nothing more of the room."""
        self._discard(connection)
        connection.give_up_seat(self.room_id)

    def _discard(self, connection: Connection) -> None:
        if connection not in self.connections:
            return
        self.connections.discard(connection)
        connection.rooms.discard(self.room_id)
        self._seated = None
        if not self.connections and self.on_empty is not None:
            self.on_empty(self)


class _Shown:
    """An event's frames, each built once when first needed; `after` is the newest number that came
    before it.
    """

    def __init__(self, event: Numbered, *, after: int) -> None:
        self.event = event
        self.after = after

    @cached_property
    def whole(self) -> Encoded:
        """Return it as it is."""
        return Encoded.of(self.event.payload)

    @cached_property
    def redacted(self) -> Encoded:
        """Return it for who joined after the message it speaks of."""
        return Encoded.of(redact_frame(self.event.payload).encode())


class _Batch:
    """Events that go out as one: up to one by which somebody leaves, or to a size."""

    def __init__(self, *, first: int) -> None:
        self.first = first
        self.last = first - 1
        self.shown: list[_Shown] = []
        self.leaving: Numbered | None = None
        self._bytes = 0
        self._hidden_from: frozenset[UUID] = frozenset()
        self._oldest: int | None = None

    def add(self, shown: _Shown) -> None:
        """Take one more."""
        event = shown.event
        self.shown.append(shown)
        self.last = event.seq or self.last
        if event.left is not None or event.closes:
            self.leaving = event
        self._bytes += len(event.payload)
        self._hidden_from |= event.hidden_from
        if event.about is not None:
            self._oldest = min(event.about, self._oldest or event.about)

    @property
    def is_full(self) -> bool:
        """Tell whether the next event has to wait for the next batch."""
        return self.leaving is not None or self._bytes >= MOST_JOINED

    def is_whole_for(self, connection: Connection, seat: Seat) -> bool:
        """Tell whether who sits there may see all of it."""
        if self._oldest is not None and self._oldest < seat.joined_seq:
            return False
        return connection.person_id not in self._hidden_from if self._hidden_from else True

    @cached_property
    def frame(self) -> bytes:
        """Return the frames of all events, joined once for all connections."""
        if len(self.shown) == 1:
            return self.shown[0].whole.frame
        return b"".join(shown.whole.frame for shown in self.shown)
