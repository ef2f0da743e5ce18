"""One device of one person, as the hub sees it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import pydantic_core

from chat.doors.background import spawn
from chat.doors.identity import SignedIn
from chat.socket.extension import DirectConnection
from chat.socket.frames import text_frame
from chat.socket.turn import Turn

# A socket with more than this waiting gets no events until it has caught up; with more than the
# second, which only answers can fill, it is closed.
SLOW_BYTES = 256 * 1024
FULL_BYTES = 1024 * 1024
RETRY_MS = 5_000
OVERLOADED = 1013
# Until `hello` was sent no more events than this are kept: those of rooms are read later, and who
# has more of their own comes back later.
MOST_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Encoded:
    """An event's bytes, encoded once: the payload, and the frame that all connections share."""

    payload: bytes
    frame: bytes

    @classmethod
    def of(cls, payload: bytes) -> "Encoded":
        """Build the frame of a payload."""
        return cls(payload, text_frame(payload))


@dataclass(slots=True)
class Seat:
    """A connection's place in a room: from where it sees it, and the newest number it was given.

    `since` is the number that `hello` named: what came later is pushed. `is_behind` says that
    events were dropped because the network was too slow; the client is told to sync.
    """

    joined_seq: int
    cursor: int
    is_behind: bool = False
    since: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        self.since = self.cursor


# Who has no seat, or has given it up, lacks nothing.
GONE = -1
NO_SEAT = Seat(joined_seq=0, cursor=GONE)


@dataclass(eq=False, slots=True)
class Connection:
    """One open socket. What arrives waits behind `hello`, and then for a moment for the client to
    say what it missed, so that this comes before what is new.

    `road` is where events go that all of a room get alike: none while it waits or is too slow.
    `rooms` are those whose feed holds the connection; `left` the rooms its person left while it
    waits, each with the number of the event that says so; `unsaid` those they left while it was too
    slow to be told. `agreed` is the stamp of the memberships that PostgreSQL had when it last
    agreed with the seats; none when they have changed since.
    """

    person_id: UUID
    credential: str
    send: Callable[[str], Awaitable[None]]
    close: Callable[..., Awaitable[None]]
    turn: Turn
    direct: DirectConnection | None = None
    road: DirectConnection | None = None
    signed_in: SignedIn | None = None
    seats: dict[UUID, Seat] = field(default_factory=dict)
    rooms: set[UUID] = field(default_factory=set)
    left: dict[UUID, int] = field(default_factory=dict)
    unsaid: tuple[UUID, ...] = ()
    waiting: list[tuple[UUID | None, int, Encoded]] | None = field(default_factory=list)
    queued: dict[UUID, int] = field(default_factory=dict)
    agreed: int | None = None
    is_greeted: bool = False
    is_slow: bool = False
    is_working: bool = False
    is_away: bool = False
    leaves_with: tuple[int, str] | None = None

    def __post_init__(self) -> None:
        if self.direct is not None:
            self.direct.when_drained(self._catch_up)

    def give(
        self,
        encoded: Encoded,
        *,
        room_id: UUID | None = None,
        seq: int = 0,
        is_last: bool = False,
    ) -> None:
        """Send an event; one with a number only right after the one before it, and only once.

        What comes after a hole is not sent: the hub reads what follows the seat's cursor. The last
        of a room, once queued, is not dropped: nobody could fetch it.
        """
        if self.waiting is not None:
            self._wait(encoded, room_id, seq)
            return
        if room_id is not None:
            seat = self.seats.get(room_id)
            if seat is None:
                return
            if seq:
                if seq != seat.cursor + 1:
                    return
                seat.cursor = seq
                if self.is_slow:
                    seat.is_behind = True
                    return
            elif self.is_slow:
                return
        self._put(encoded, is_optional=room_id is not None and not is_last)

    def give_joined(self, road: DirectConnection, frame: bytes, *, is_last: bool) -> None:
        """Send events that come next in their room, joined for all who lack just these; the caller
        marks the road and keeps the seat. The last ones of a room are not dropped.
        """
        if road.put(frame, is_optional=not is_last) > SLOW_BYTES:
            self._fall_behind(road)

    def _wait(self, encoded: Encoded, room_id: UUID | None, seq: int) -> None:
        assert self.waiting is not None
        if len(self.waiting) < MOST_WAITING:
            self.waiting.append((room_id, seq, encoded))
            if room_id is not None and seq:
                self.queued[room_id] = seq
        elif room_id is None:
            spawn(self._send_away())

    def pass_by(self, encoded: Encoded) -> None:
        """Send what may be lost: nothing to who is too slow, or has much waiting for them."""
        if self.waiting is not None:
            if len(self.waiting) < MOST_WAITING:
                self.waiting.append((None, 0, encoded))
        elif not self.is_slow:
            self._put(encoded, is_optional=True)

    def newest_of(self, room_id: UUID) -> int:
        """Return the newest number of a room that it was given or that waits for it; -1 for a room
        that it has no seat in.
        """
        seat = self.seats.get(room_id)
        return -1 if seat is None else max(seat.cursor, self.queued.get(room_id, 0))

    def answer(self, payload: bytes) -> None:
        """Send the answer to a command; it is never dropped."""
        self._put(Encoded.of(payload), is_optional=False)

    async def finish(self, reply: bytes) -> None:
        """Answer the command under way, then leave if that was asked meanwhile."""
        self.is_working = False
        self.answer(reply)
        if self.leaves_with is not None:
            await self.close(*self.leaves_with)

    async def leave(self, code: int, reason: str = "") -> None:
        """Close, after the answer to the command under way: it may be the one that asked for it."""
        self.leaves_with = (code, reason)
        if not self.is_working:
            await self.close(code, reason)

    def greet(self, hello: bytes, seats: dict[UUID, Seat]) -> None:
        """Send `hello`; what arrived meanwhile, and is newer than what it says, still waits."""
        for said_room, seat in seats.items():
            known = self.seats.get(said_room)
            # Who came back meanwhile keeps the newer seat.
            if known is None or known.joined_seq <= seat.joined_seq:
                self.take_seat(said_room, seat)
        self.answer(hello)
        self.is_greeted = True

    def release(self) -> bool:
        """Send what waited, and events as they come from now on; tell whether anything changed: not
        before `hello`, and not a second time.
        """
        if not self.is_greeted or self.waiting is None:
            return False
        waiting, self.waiting = self.waiting, None
        self.road = None if self.is_slow else self.direct
        self.queued.clear()
        for room_id, seq, encoded in waiting:
            is_last = room_id is not None and seq > 0 and self.left.get(room_id) == seq
            self.give(encoded, room_id=room_id, seq=seq, is_last=is_last)
        for left_room, left_seq in self.left.items():
            # What hello says was read before they left. Who lacks something that came before it
            # keeps the seat until the hub has read that.
            last = self.seats.get(left_room)
            if last is not None and last.joined_seq < left_seq <= last.cursor:
                self.give_up_seat(left_room)
        self.left.clear()
        return True

    def live_from(self) -> dict[UUID, int]:
        """Return after which number each room's events are pushed."""
        return {room_id: seat.since for room_id, seat in self.seats.items()}

    def list_joined(self) -> dict[UUID, int]:
        """Return by which number the person joined each room that it has a seat in."""
        return {room_id: seat.joined_seq for room_id, seat in self.seats.items()}

    def take_seat(self, room_id: UUID, seat: Seat) -> None:
        """Sit down in a room, on another seat than before if there was one."""
        self.give_up_seat(room_id)
        self.seats[room_id] = seat
        self.agreed = None

    def give_up_seat(self, room_id: UUID) -> None:
        """Get up. Whoever still knows the seat sees that nobody sits there."""
        seat = self.seats.pop(room_id, None)
        if seat is not None:
            seat.cursor = GONE
            self.agreed = None
            if seat.is_behind:
                self.unsaid += (room_id,)

    def unseat(self, room_id: UUID) -> None:
        """Give no more of a room; the client, which was not told, finds out by a sync."""
        self.give_up_seat(room_id)
        self._ask_to_sync(room_id)

    def _put(self, encoded: Encoded, *, is_optional: bool) -> None:
        if self.direct is None:
            spawn(self.send(encoded.payload.decode()))
        else:
            self._put_frame(self.direct, encoded.frame, is_optional=is_optional)

    def _put_frame(self, direct: DirectConnection, frame: bytes, *, is_optional: bool) -> None:
        self.turn.mark(direct)
        if direct.put(frame, is_optional=is_optional) > SLOW_BYTES:
            self._fall_behind(direct)

    def _fall_behind(self, direct: DirectConnection) -> None:
        """Drop what can be fetched; a client that does not even take its answers is sent away."""
        direct.flush()
        if direct.waiting_bytes <= SLOW_BYTES:
            return
        self.is_slow = True
        self.road = None
        for seat in self.seats.values():
            seat.is_behind = True
        direct.drop_optional()
        if direct.waiting_bytes > FULL_BYTES:
            spawn(self._send_away())

    async def _send_away(self) -> None:
        await self.close(OVERLOADED, f'{{"retry_after_ms": {RETRY_MS}}}')

    def _catch_up(self) -> None:
        """Tell a client that was too slow, and has taken everything by now, what it should
        fetch.
        """
        if not self.is_slow:
            return
        self.is_slow = False
        self.road = self.direct if self.waiting is None else None
        for room_id, seat in self.seats.items():
            if seat.is_behind:
                seat.is_behind = False
                self._ask_to_sync(room_id)
        unsaid, self.unsaid = self.unsaid, ()
        for room_id in set(unsaid) - self.seats.keys():
            # The sync finds no such room.
            self._ask_to_sync(room_id)

    def _ask_to_sync(self, room_id: UUID) -> None:
        frame = {"type": "event", "kind": "resync", "room": room_id}
        self.answer(pydantic_core.to_json(frame))
