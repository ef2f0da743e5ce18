"""One person's connection to Kith."""

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from chat.client.rooms import Event, Rooms

LONGEST_PAUSE = 5.0
# From 4500 on the service asks not to come back; 4401 means that the token is no good.
FINAL_CODES = {4401, *range(4500, 5000)}


class Refused(Exception):
    """The service did not do what was asked; `code` says why."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: str = error["code"]
        self.retryable: bool = error["retryable"]
        self.detail: dict[str, Any] = error.get("detail") or {}
        self.retry_after_ms: int | None = error.get("retry_after_ms")


class Kith:
    """A person's live connection.

    `call` sends a command and returns its result; a command whose answer was lost is sent again
    under its id after the reconnect, so it is carried out once. Numbered events reach `on_event` in
    order, each once, and what was missed is fetched. Use it as an async context manager.
    """

    def __init__(
        self, url: str, token: str, *, on_event: Callable[[Event], None] | None = None
    ) -> None:
        self._url = url.replace("http", "ws", 1).rstrip("/") + "/ws/"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._on_event = on_event or (lambda _: None)
        self._socket: ClientConnection | None = None
        self._open = asyncio.Event()
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._frames: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._syncing: set[str] = set()
        self.rooms = Rooms()
        self.hello: dict[str, Any] = {}
        self.reconnects = 0
        self.closed_with: int | None = None

    async def __aenter__(self) -> "Kith":
        self._spawn(self._keep_open())
        await self._open.wait()
        if self.closed_with is not None:
            raise ConnectionError(f"The service closed the socket with {self.closed_with}.")
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._socket is not None:
            await self._socket.close()

    async def call(
        self, command: str, /, *, command_id: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        """Send a command and return its result. Raises Refused.

        A refusal that says it may be retried is retried, a few times, after the pause that it
        names.
        """
        frame_id = command_id or str(uuid.uuid4())
        frame = json.dumps({"type": command, "id": frame_id, **fields})
        for attempt in range(5):
            try:
                return await self._ask(frame_id, frame)
            except Refused as refusal:
                if not refusal.retryable or attempt == 4:
                    raise
                pause = (refusal.retry_after_ms or 200) / 1000
                await asyncio.sleep(pause * random.uniform(1.0, 1.5))
        raise AssertionError("unreachable")

    async def _ask(self, frame_id: str, frame: str) -> dict[str, Any]:
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[frame_id] = answer
        self._frames[frame_id] = frame
        try:
            if self._socket is not None and self._open.is_set():
                # A connection that is just breaking: the reconnect sends what has no answer.
                with contextlib.suppress(ConnectionClosed):
                    await self._socket.send(frame)
            reply = await answer
        finally:
            self._answers.pop(frame_id, None)
            self._frames.pop(frame_id, None)
        if reply["type"] == "error":
            raise Refused(reply["error"])
        result: dict[str, Any] = reply["result"]
        return result

    async def _keep_open(self) -> None:
        failures = 0
        while True:
            try:
                async with connect(
                    self._url, additional_headers=self._headers, max_size=None, compression=None
                ) as socket:
                    failures = 0
                    await self._live(socket)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
                if code in FINAL_CODES:
                    self._give_up(code)
                    return
            except (OSError, InvalidHandshake, TimeoutError):
                pass
            self._open.clear()
            self._socket = None
            failures += 1
            pause = min(0.1 * 2**failures, LONGEST_PAUSE)
            await asyncio.sleep(random.uniform(0, pause))
            self.reconnects += 1

    def _give_up(self, code: int) -> None:
        self.closed_with = code
        self._open.set()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError(f"closed with {code}"))

    async def _live(self, socket: ClientConnection) -> None:
        async for text in socket:
            frame = json.loads(text)
            if frame["type"] == "hello":
                self.hello = frame
                self._socket = socket
                self._open.set()
                await self._resume(socket, frame)
            elif frame["type"] == "event":
                self._hear(frame)
            else:
                self._settle(frame)
        raise ConnectionClosed(None, None)

    def _settle(self, reply: dict[str, Any]) -> None:
        answer = self._answers.get(reply.get("id") or "")
        if answer is not None and not answer.done():
            answer.set_result(reply)

    async def _resume(self, socket: ClientConnection, hello: dict[str, Any]) -> None:
        for frame in list(self._frames.values()):
            await socket.send(frame)
        for room in hello["rooms"]:
            if self.rooms.enter(room["room"], room["last_seq"]):
                self._sync_soon(room["room"])

    def _hear(self, event: Event) -> None:
        if event["kind"] == "room.entered":
            self.rooms.enter(event["room"]["room"], event["room"]["last_seq"])
        elif event["kind"] == "resync":
            self._sync_soon(event["room"])
        if "seq" not in event or event["kind"] == "read":
            self._on_event(event)
            return
        for one in self.rooms.take(event):
            self._on_event(one)
        if self.rooms.has_hole(event["room"]):
            self._sync_soon(event["room"])

    def _sync_soon(self, room: str) -> None:
        if room not in self._syncing:
            self._syncing.add(room)
            self._spawn(self._sync(room))

    async def _sync(self, room: str) -> None:
        try:
            more = True
            while more:
                page = await self.call(
                    "room.sync", room=room, after=self.rooms.cursors.get(room, 0), limit=200
                )
                self.rooms.skip_to(room, page["first_seq"] - 1)
                for event in page["events"]:
                    for one in self.rooms.take(event):
                        self._on_event(one)
                more = page["more"]
        except Refused:
            # No longer in the room.
            self.rooms.leave(room)
        finally:
            self._syncing.discard(room)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def follow(self) -> AsyncIterator[Event]:
        """Yield events as they come, for as long as the caller listens."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        before = self._on_event

        def hear(event: Event) -> None:
            before(event)
            queue.put_nowait(event)

        self._on_event = hear
        while True:
            yield await queue.get()
