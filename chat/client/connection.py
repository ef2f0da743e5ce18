"""One person's connection to Kith."""

import asyncio
import contextlib
import json
import logging
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from chat.client.rooms import Event, Rooms

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 5.0
# How long a command that may be retried is retried before its caller hears of it.
PATIENCE = 30.0
# A refusal that names no pause, and a hole that a sync has not closed, wait this long.
SHORT_PAUSE = 0.2
# So many rooms may be named in one `session.resume`.
MOST_CURSORS = 1_000
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
    order, each once; after a break what was missed comes first, of all rooms in one answer. Use it
    as an async context manager.
    """

    def __init__(
        self, url: str, token: str, *, on_event: Callable[[Event], None] | None = None
    ) -> None:
        self._url = url.replace("http", "ws", 1).rstrip("/") + "/ws/"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._listeners: list[Callable[[Event], None]] = [on_event] if on_event else []
        self._socket: ClientConnection | None = None
        self._open = asyncio.Event()
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._frames: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._syncing: set[str] = set()
        self._behind: set[str] = set()
        # The rooms whose missed events are on their way, and the id of the answer that brings them.
        self._resuming: set[str] = set()
        self._resume_id: str | None = None
        self.rooms = Rooms()
        self.hello: dict[str, Any] = {}
        self.reconnects = 0
        # How often a command was refused for the moment and sent again, by code.
        self.retries: Counter[str] = Counter()
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
        self._fail_all("The connection was closed.")

    def listen(self, on_event: Callable[[Event], None]) -> None:
        """Have another listener told of what happens from here on."""
        self._listeners.append(on_event)

    async def call(
        self, command: str, /, *, command_id: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        """Send a command and return its result.

        A refusal that says it may be retried is retried for half a minute, each time after the
        pause that it names. Raises Refused, ValueError for a frame longer than the service takes,
        and ConnectionError once the service has asked not to come back.
        """
        frame_id = command_id or str(uuid.uuid4())
        frame = json.dumps({"type": command, "id": frame_id, **fields})
        most = self.hello.get("limits", {}).get("frame_bytes")
        # The service would close the socket, and the frame would be sent again for ever.
        if most is not None and len(frame.encode()) > most:
            raise ValueError(f"{command}: a frame may have at most {most} bytes.")
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                return await self._ask(frame_id, frame)
            except Refused as refusal:
                named = refusal.retry_after_ms
                pause = SHORT_PAUSE if named is None else named / 1000
                pause *= random.uniform(1.0, 1.5)
                if not refusal.retryable or asyncio.get_running_loop().time() + pause > deadline:
                    raise
                self.retries[refusal.code] += 1
                await asyncio.sleep(pause)

    async def _ask(self, frame_id: str, frame: str) -> dict[str, Any]:
        if self.closed_with is not None:
            raise ConnectionError(f"The service closed the socket with {self.closed_with}.")
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
            named: float | None = None
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
                named = _named_pause(closed)
            except (OSError, InvalidHandshake, TimeoutError):
                pass
            except Exception:
                # Whatever it was, a new connection begins from a known state.
                logger.exception("the connection is made anew")
            self._open.clear()
            self._socket = None
            failures += 1
            pause = min(0.1 * 2**failures, LONGEST_PAUSE) if named is None else named
            await asyncio.sleep(random.uniform(0, pause))

    def _give_up(self, code: int) -> None:
        self.closed_with = code
        self._socket = None
        self._open.set()
        self._fail_all(f"The service closed the socket with {code}.")

    def _fail_all(self, reason: str) -> None:
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError(reason))

    async def _live(self, socket: ClientConnection) -> None:
        async for text in socket:
            frame = json.loads(text)
            if frame["type"] == "hello":
                await self._resume(socket, frame)
            elif frame["type"] == "event":
                self._hear(frame)
            else:
                self._settle(frame)
        raise ConnectionClosed(None, None)

    def _settle(self, reply: dict[str, Any]) -> None:
        if reply.get("id") == self._resume_id and self._resume_id is not None:
            self._take_missed(reply)
            return
        answer = self._answers.get(reply.get("id") or "")
        if answer is not None and not answer.done():
            answer.set_result(reply)

    async def _resume(self, socket: ClientConnection, hello: dict[str, Any]) -> None:
        """Take up where the last connection ended: what was missed first, then unanswered commands
        in their order.
        """
        self.reconnects += bool(self.hello)
        self.hello = hello
        self._socket = socket
        rooms = {room["room"]: room["last_seq"] for room in hello["rooms"]}
        for gone in self.rooms.cursors.keys() - rooms.keys():
            self.rooms.leave(gone)
        behind = [room for room, last_seq in rooms.items() if self.rooms.enter(room, last_seq)]
        await self._ask_for_missed(socket, behind)
        sent: set[str] = set()
        # Until it is open, commands that come up only line up behind those sent again.
        while waiting := [frame_id for frame_id in self._frames if frame_id not in sent]:
            for frame_id in waiting:
                sent.add(frame_id)
                if (frame := self._frames.get(frame_id)) is not None:
                    await socket.send(frame)
        self._open.set()

    async def _ask_for_missed(self, socket: ClientConnection, behind: list[str]) -> None:
        """Give the cursors of rooms that moved on; no frame may go before this one, which holds
        back what is new.
        """
        self._resuming, self._resume_id = set(behind[:MOST_CURSORS]), None
        if self._resuming:
            self._resume_id = str(uuid.uuid4())
            cursors = {room: self.rooms.cursors[room] for room in self._resuming}
            frame = {"type": "session.resume", "id": self._resume_id, "cursors": cursors}
            await socket.send(json.dumps(frame))
        for room in behind[MOST_CURSORS:]:
            self._sync_soon(room)

    def _take_missed(self, reply: dict[str, Any]) -> None:
        # At once, not in a task: what is new comes right behind it.
        asked, self._resuming, self._resume_id = self._resuming, set(), None
        pages = reply["result"]["rooms"] if reply["type"] == "ok" else []
        level = set()
        for page in pages:
            if page["room"] in self.rooms.cursors:
                self._take_page(page["room"], page)
                level |= set() if page["more"] else {page["room"]}
        for room in asked & self.rooms.cursors.keys():
            # What was refused, and rooms we may be in no more, are asked for one by one.
            if room not in level or self.rooms.has_hole(room):
                self._sync_soon(room)

    def _enter(self, room: dict[str, Any]) -> None:
        if self.rooms.enter(room["room"], room["last_seq"]):
            self._sync_soon(room["room"])

    def _hear(self, event: Event) -> None:
        if event["kind"] == "room.entered":
            self._enter(event["room"])
        elif event["kind"] == "resync":
            # An answer under way may have been made before this was sent.
            self._behind.add(event["room"])
            self._sync_soon(event["room"])
        if "seq" not in event or event["kind"] == "read":
            self._tell(event)
            return
        self._take(event)
        if self.rooms.has_hole(event["room"]) and event["room"] not in self._resuming:
            self._sync_soon(event["room"])

    def _take(self, event: Event) -> None:
        for one in self.rooms.take(event):
            self._tell(one)
            if _ends_for(self.person, one):
                self.rooms.leave(one["room"])

    @property
    def person(self) -> str:
        """Return the id of the person whose connection this is."""
        person_id: str = self.hello["person"]["id"]
        return person_id

    def _tell(self, event: Event) -> None:
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception:
                # A listener that fails must neither deafen the others nor break the connection.
                logger.exception("a listener failed")

    def _sync_soon(self, room: str) -> None:
        if room not in self._syncing:
            self._syncing.add(room)
            self._spawn(self._sync(room))

    async def _sync(self, room: str) -> None:
        """Fetch what is missing of a room, until nothing is."""
        try:
            while room in self.rooms.cursors:
                try:
                    more = await self._fetch(room)
                except Refused as refusal:
                    if refusal.code == "room.not_found":
                        self.rooms.leave(room)
                        return
                    if not refusal.retryable:
                        # A fault of the service's, which gets time to pass.
                        await asyncio.sleep(LONGEST_PAUSE)
                    more = False
                else:
                    if not more and room not in self._behind and not self.rooms.has_hole(room):
                        return
                if not more:
                    await asyncio.sleep(SHORT_PAUSE)
        except ConnectionError:
            return
        finally:
            self._syncing.discard(room)

    async def _fetch(self, room: str) -> bool:
        self._behind.discard(room)
        after = self.rooms.cursors[room]
        page = await self.call("room.sync", room=room, after=after, limit=200)
        if room not in self.rooms.cursors:
            # Left while the answer was on its way.
            return False
        self._take_page(room, page)
        more: bool = page["more"]
        return more

    def _take_page(self, room: str, page: dict[str, Any]) -> None:
        self.rooms.skip_to(room, page["first_seq"] - 1)
        for event in page["events"]:
            self._take(event)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def follow(self) -> AsyncIterator[Event]:
        """Yield events as they come, for as long as the caller listens."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._listeners.append(queue.put_nowait)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners.remove(queue.put_nowait)


def _ends_for(person: str, event: Event) -> bool:
    """Tell whether an event is the last that the person gets of a room."""
    if event["kind"] == "member.left":
        return bool(event["member"]["person"] == person)
    return bool(event["kind"] == "room.dissolved")


def _named_pause(closed: ConnectionClosed) -> float | None:
    """Return the pause (seconds) within which the service asks to come back, if it names one."""
    if closed.rcvd is None:
        return None
    try:
        return float(json.loads(closed.rcvd.reason)["retry_after_ms"]) / 1000
    except (ValueError, KeyError, TypeError):
        return None
