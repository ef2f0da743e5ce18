"""A raw connection: frames as they are, nothing repaired and nothing sent again."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.service import Service, Someone

SECONDS = 20
Frame = dict[str, Any]


class Wire:
    """One socket of one person; what is pushed is kept in `events`."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[Frame] = []

    def kinds(self) -> list[str]:
        """Return the kinds of the events so far, without what may come at any time."""
        passing = ("notice", "presence")
        return [event["kind"] for event in self.events if event["kind"] not in passing]

    async def receive(self) -> Frame:
        """Return the next frame, whatever it is. Raises ConnectionClosed."""
        frame: Frame = json.loads(await asyncio.wait_for(self.socket.recv(), SECONDS))
        return frame

    async def send(self, type_: str, *, command_id: str | None = None, **fields: Any) -> Frame:
        """Send a command and return its answer, whether ok or error."""
        frame_id = command_id or str(uuid.uuid4())
        await self.socket.send(json.dumps({"type": type_, "id": frame_id, **fields}))
        return await self.answer(frame_id)

    async def answer(self, frame_id: str | None) -> Frame:
        """Return the answer with this id, keeping the events that come before it."""
        while True:
            frame = await self.receive()
            if frame["type"] == "event":
                self.events.append(frame)
            else:
                assert frame["id"] == frame_id
                return frame

    async def event(self, kind: str, **fields: Any) -> Frame:
        """Return the first event of that kind with these fields, waiting for it."""
        wanted = {"kind": kind, **fields}
        looked_at = 0
        while True:
            for event in self.events[looked_at:]:
                looked_at += 1
                if wanted.items() <= event.items():
                    return event
            frame = await self.receive()
            assert frame["type"] == "event"
            self.events.append(frame)

    async def closed(self) -> tuple[int, str]:
        """Wait until the server closes; return the code and the reason."""
        try:
            while True:
                frame = await self.receive()
                if frame["type"] == "event":
                    self.events.append(frame)
        except ConnectionClosed:
            assert self.socket.close_code is not None
            return self.socket.close_code, self.socket.close_reason or ""


@asynccontextmanager
async def dial(
    service: Service, token: str | None, *, path: str = "/ws/", **options: Any
) -> AsyncIterator[Wire]:
    """Open a socket; whether it says hello is the test's business."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= options.pop("headers", {})
    url = service.url.replace("http", "ws") + path
    async with connect(url, additional_headers=headers, **options) as socket:
        yield Wire(socket)


@asynccontextmanager
async def wire(person: Someone, **options: Any) -> AsyncIterator[Wire]:
    """Open a person's socket and take its hello."""
    async with dial(person.service, person.token, **options) as line:
        hello = await line.receive()
        assert (hello["type"], hello["person"]["id"]) == ("hello", person.id)
        yield line


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run a conversation to its end."""

    async def bounded() -> None:
        await asyncio.wait_for(work(), 120)

    asyncio.run(bounded())
