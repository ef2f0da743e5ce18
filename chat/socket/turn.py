"""Joining what is written in one turn: each connection gets one write for all its frames, and a
room's events that came while a turn was being written go out together in the next.
"""

import asyncio
import logging
from collections import deque
from typing import Protocol

logger = logging.getLogger(__name__)

# After so many writes, or so many frames handed out, the loop gets a chance to do something else:
# one large room must not hold up the others.
WRITES_AT_ONCE = 100
FRAMES_AT_ONCE = 1_000


class Flushable(Protocol):
    """Something that has frames to write."""

    def flush(self) -> None:
        """Write them."""


class Room(Protocol):
    """Something that has events for many connections."""

    def pass_on(self) -> int:
        """Give them to the connections, which mark themselves; return to how many."""


class Turn:
    """What there is to hand out and then to write.

    A turn begins at the next turn of the loop and takes as many of those as its size asks for; what
    comes meanwhile makes up the next one.
    """

    def __init__(self) -> None:
        self._rooms: dict[Room, None] = {}
        self._marked: dict[Flushable, None] = {}
        self._handing: deque[Room] = deque()
        self._writing: deque[Flushable] = deque()
        self._is_scheduled = False

    def line_up(self, room: Room) -> None:
        """Have the room pass on its events in the next turn."""
        self._rooms[room] = None
        self._schedule()

    def mark(self, *connections: Flushable) -> None:
        """Have connections flushed at the end of the turn, once however often they are marked."""
        self._marked.update(dict.fromkeys(connections))
        self._schedule()

    def _schedule(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._step)

    def _step(self) -> None:
        try:
            self._do_some()
        except Exception:
            # One event that is wrong must not silence the process; who missed others is healed.
            logger.exception("a turn was cut short")
        self._is_scheduled = False
        if self._writing or self._handing or self._rooms or self._marked:
            self._schedule()

    def _do_some(self) -> None:
        if not self._writing and not self._handing:
            self._handing.extend(self._rooms)
            self._rooms.clear()
        frames = 0
        while self._handing and frames < FRAMES_AT_ONCE:
            frames += self._handing.popleft().pass_on()
        if not self._handing:
            self._write_some()

    def _write_some(self) -> None:
        if not self._writing:
            self._writing.extend(self._marked)
            self._marked.clear()
        for _ in range(min(WRITES_AT_ONCE, len(self._writing))):
            self._writing.popleft().flush()
