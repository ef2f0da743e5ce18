"""One device of one person, as the hub sees it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from chat.socket.extension import DirectConnection
from chat.socket.frames import text_frame


@dataclass(frozen=True)
class Encoded:
    """An event's bytes, encoded once: the payload, and the frame that all connections share."""

    payload: bytes
    frame: bytes

    @classmethod
    def of(cls, payload: bytes) -> "Encoded":
        """Build the frame of a payload."""
        return cls(payload, text_frame(payload))


@dataclass
class Seat:
    """A connection's place in a room: from where it sees it, and the newest number it was given."""

    joined_seq: int
    cursor: int


@dataclass(eq=False)
class Connection:
    """One open socket. Until `hello` was sent, what arrives waits behind it."""

    person_id: UUID
    credential: str
    send: Callable[[str], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    direct: DirectConnection | None = None
    seats: dict[UUID, Seat] = field(default_factory=dict)
    waiting: list[tuple[UUID | None, int, Encoded]] | None = field(default_factory=list)

    def give(self, encoded: Encoded, *, room_id: UUID | None = None, seq: int = 0) -> None:
        """Send an event; one with a number only once and only after the ones before it."""
        if self.waiting is not None:
            self.waiting.append((room_id, seq, encoded))
            return
        if room_id is not None and seq:
            seat = self.seats.get(room_id)
            if seat is None or seq <= seat.cursor:
                return
            seat.cursor = seq
        self._write(encoded)

    def start(self, hello: bytes, seats: dict[UUID, Seat]) -> None:
        """Send `hello` and, after it, what arrived meanwhile and is newer than what it says."""
        waiting, self.waiting = self.waiting or [], None
        self.seats.update(seats)
        self._write(Encoded.of(hello))
        for room_id, seq, encoded in waiting:
            self.give(encoded, room_id=room_id, seq=seq)

    def _write(self, encoded: Encoded) -> None:
        if self.direct is not None:
            self.direct.write_frames(encoded.frame)
        else:
            task = asyncio.ensure_future(self.send(encoded.payload.decode()))
            _tasks.add(task)
            task.add_done_callback(_tasks.discard)


# The loop itself keeps only weak references to tasks.
_tasks: "set[asyncio.Future[None]]" = set()
