"""The end of a web process: nobody new comes in, what is under way is answered, and each socket is
told when to come back.
"""

import asyncio
import os
import random
import select
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

# What is not done by then is left to its client, who sends it again under the same id.
DRAIN_SECONDS = 10.0
# The handshakes of closing, after that; a client that does not answer is dropped within a second.
CLOSING_SECONDS = 1.5
# What connected before we stopped listening is let in.
LATE_SECONDS = 0.1
# The sockets of a process come back spread over this time each, and all of them over the longest.
RETRY_MS_EACH = 2.5
SHORTEST_MS = 100
LONGEST_MS = 5_000


class Leaving(Protocol):
    """A socket, as far as its end goes."""

    def end(self, retry_ms: int, *, at_once: bool = False) -> None:
        """Close with 1012 once what was received is answered, or at once."""

    @property
    def is_gone(self) -> bool:
        """Tell whether the connection has ended."""


def choose_retry_ms(sockets: int) -> int:
    """Return when one of so many sockets should come back.

    Clients take a random moment within it, so the half that is drawn here spreads those that wait
    it out, and keeps the others evenly spread.
    """
    window = min(LONGEST_MS, max(SHORTEST_MS, round(sockets * RETRY_MS_EACH)))
    return random.randint(window // 2, window)


class Drain:
    """One end: `ports` listen; the functions tell which sockets are open and how many HTTP requests
    are under way.
    """

    def __init__(
        self,
        ports: Sequence[Any],
        list_sockets: Callable[[], Sequence[Leaving]],
        count_requests: Callable[[], int],
    ) -> None:
        self._ports = ports
        self._list_sockets = list_sockets
        self._count_requests = count_requests

    async def run(self) -> None:
        """Return once all is done, or the time is up."""
        await self._stop_listening()
        self._end_sockets(at_once=False)
        if not await self._wait(DRAIN_SECONDS, self._is_done):
            self._end_sockets(at_once=True)
            await self._wait(CLOSING_SECONDS, self._are_gone)
        # The last answers are handed to the kernel.
        await asyncio.sleep(LATE_SECONDS)

    def _end_sockets(self, *, at_once: bool) -> None:
        sockets = self._list_sockets()
        for socket in sockets:
            socket.end(choose_retry_ms(len(sockets)), at_once=at_once)

    async def _stop_listening(self) -> None:
        hosts = [port.getHost() for port in self._ports]
        paths = [Path(os.fsdecode(host.name)) for host in hosts if hasattr(host, "name")]
        for path in paths:
            # A proxy goes elsewhere from here on; who is in the queue is still let in.
            path.unlink(missing_ok=True)
        if paths:
            await asyncio.sleep(LATE_SECONDS)
            await self._wait(LATE_SECONDS * 10, self._is_queue_empty)
        for path in paths:
            # Twisted removes the file when it stops, and fails where there is none.
            path.touch()
        for port in self._ports:
            port.stopListening()

    async def _wait(self, seconds: float, is_done: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + seconds
        while not is_done():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.02)
        return True

    def _is_queue_empty(self) -> bool:
        return not select.select([port.fileno() for port in self._ports], [], [], 0)[0]

    def _are_gone(self) -> bool:
        return all(socket.is_gone for socket in self._list_sockets())

    def _is_done(self) -> bool:
        return self._are_gone() and not self._count_requests()
