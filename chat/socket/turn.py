"""Joining what is written in one turn of the loop: each connection gets one write for all its
frames.
"""

import asyncio
from collections import deque
from typing import Protocol

# After so many writes the loop gets a chance to do something else: one large room must not hold up
# the others.
AT_ONCE = 100


class Flushable(Protocol):
    """Something that has frames to write."""

    def flush(self) -> None:
        """Write them."""


class Turn:
    """The connections that have something to write at the end of this turn of the loop."""

    def __init__(self) -> None:
        self._waiting: dict[Flushable, None] = {}
        self._is_scheduled = False

    def mark(self, connection: Flushable) -> None:
        """Have the connection flushed at the end of this turn, once however often it is marked."""
        self._waiting[connection] = None
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        batch = deque(self._waiting)
        self._waiting.clear()
        self._write_some(batch)

    def _write_some(self, batch: "deque[Flushable]") -> None:
        for _ in range(min(AT_ONCE, len(batch))):
            batch.popleft().flush()
        if batch:
            asyncio.get_running_loop().call_soon(self._write_some, batch)
        else:
            self._is_scheduled = False
            if self._waiting:
                self._is_scheduled = True
                asyncio.get_running_loop().call_soon(self._flush)
