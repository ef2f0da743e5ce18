"""People who pay over sockets, each with one connection."""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

# A command whose answer was lost is sent again under its id, so often.
TRIES = 20
ANSWER_SECONDS = 30.0
BROKEN = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError)

Answer = dict[str, Any]


@dataclass(frozen=True)
class Paid:
    """A payment that was acknowledged: the command as it was sent, and the result."""

    frame: Answer
    result: Answer


@dataclass
class Buyer:
    """One person: what was acknowledged to them, and a connection that comes back by itself."""

    url: str
    token: str
    paid: list[Paid] = field(default_factory=list)
    _socket: ClientConnection | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, command: str, **fields: Any) -> Answer:
        """Send a command and return its answer, a refusal too; whoever asks next waits."""
        return await self.send({"type": command, "id": str(uuid4()), **fields})

    async def send(self, frame: Answer) -> Answer:
        """Send a frame, again if its answer is lost, and return the answer."""
        async with self._lock:
            for _ in range(TRIES):
                try:
                    return await asyncio.wait_for(self._exchange(frame), ANSWER_SECONDS)
                except BROKEN:
                    await self._hang_up()
                    await asyncio.sleep(0.2)
        raise ConnectionError(f"{frame['type']} got no answer.")

    async def _exchange(self, frame: Answer) -> Answer:
        if self._socket is None:
            address = self.url.replace("http", "ws", 1) + "/ws/"
            headers = {"Authorization": f"Bearer {self.token}"}
            self._socket = await connect(address, additional_headers=headers, compression=None)
        await self._socket.send(json.dumps(frame))
        while True:
            answer: Answer = json.loads(await self._socket.recv())
            if answer.get("id") == frame["id"]:
                return answer

    async def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            with contextlib.suppress(*BROKEN):
                await socket.close()

    async def close(self) -> None:
        """Hang up."""
        await self._hang_up()


@dataclass
class Timings:
    """What became of the commands of one stage in one step."""

    seconds: list[float] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    async def watch(self, work: "asyncio.Future[Answer] | Any") -> Answer:
        """Wait for an answer, note how long it took or why it was refused, and return it."""
        started = time.perf_counter()
        answer: Answer = await work
        if answer["type"] == "ok":
            self.seconds.append(time.perf_counter() - started)
        else:
            self.refusals.append(answer["error"]["code"])
        return answer

    def quantile(self, share: float) -> float:
        """Return how long the given share took at most, in seconds; 0 of none."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
