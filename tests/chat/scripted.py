"""A WebSocket server that does what a test tells it to, for what a real one does only by
accident.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

Heard = list[dict[str, Any]]

ME = "00000000-0000-7000-8000-000000000001"
OTHER = "00000000-0000-7000-8000-000000000002"
ROOM = "00000000-0000-7000-8000-0000000000aa"


class Line:
    """One connection, as the server's side of a script sees it."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket

    async def hello(self, *, last_seq: int | None = None, frame_bytes: int = 65_536) -> None:
        rooms = [] if last_seq is None else [{"room": ROOM, "last_seq": last_seq}]
        await self.send(
            type="hello", person={"id": ME}, rooms=rooms, limits={"frame_bytes": frame_bytes}
        )

    async def hello_of(self, **rooms: int) -> None:
        """Say hello with the newest number of each of several rooms."""
        listed = [{"room": room, "last_seq": last_seq} for room, last_seq in rooms.items()]
        await self.send(
            type="hello", person={"id": ME}, rooms=listed, limits={"frame_bytes": 65_536}
        )

    async def missed(self, frame: dict[str, Any], **rooms: "list[int]") -> None:
        """Answer `session.resume` with the numbers of each room's events; a 0 at the end says that
        there is more.
        """
        pages = [
            {
                "room": room,
                "events": [numbered(seq, room=room) for seq in seqs if seq],
                "first_seq": 1,
                "last_seq": 99,
                "more": 0 in seqs,
            }
            for room, seqs in rooms.items()
        ]
        await self.ok(frame, rooms=pages)

    async def send(self, **frame: Any) -> None:
        await self._socket.send(json.dumps(frame))

    async def event(self, seq: int, kind: str = "message.new", **fields: Any) -> None:
        await self.send(**numbered(seq, kind, **fields))

    async def receive(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await self._socket.recv())
        return frame

    async def ok(self, frame: dict[str, Any], **result: Any) -> None:
        await self.send(type="ok", id=frame["id"], result=result)

    async def page(
        self, frame: dict[str, Any], *seqs: int, more: bool = False, first_seq: int = 1
    ) -> None:
        events = [numbered(seq) for seq in seqs]
        await self.ok(frame, events=events, first_seq=first_seq, last_seq=99, more=more)

    async def refuse(self, frame: dict[str, Any], code: str, *, retryable: bool = False) -> None:
        error = {"code": code, "message": "no", "retryable": retryable, "retry_after_ms": 1}
        await self.send(type="error", id=frame["id"], error=error)

    async def break_off(self) -> None:
        """End the connection as a process that was killed does."""
        self._socket.transport.abort()
        await self._socket.wait_closed()

    async def close(self, code: int, reason: str = "") -> None:
        await self._socket.close(code, reason)


def numbered(seq: int, kind: str = "message.new", **fields: Any) -> dict[str, Any]:
    return {"type": "event", "kind": kind, "room": ROOM, "seq": seq} | fields


Script = Callable[[Line], Awaitable[None]]


@asynccontextmanager
async def scripted(*scripts: Script) -> AsyncIterator[str]:
    """Serve one script per connection, in order, and yield the address; a script's failure fails
    the test.
    """
    left, failures = list(scripts), []

    async def handle(socket: ServerConnection) -> None:
        try:
            await left.pop(0)(Line(socket))
            await socket.wait_closed()
        except Exception as error:
            failures.append(error)
            raise

    async with serve(handle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with asyncio.timeout(20):
            yield f"http://127.0.0.1:{port}"
    if failures:
        raise failures[0]
    assert left == [], "not every connection was made"


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(work())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 (what is waited for sets no event)
            await asyncio.sleep(0.005)


def seqs(heard: Heard) -> list[int]:
    return [event["seq"] for event in heard if "seq" in event]
