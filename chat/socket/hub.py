"""The hub of one process: which connections are in which room, and how events reach them.

A room is subscribed once, however many of its members are here. Events arrive over the bus as the
very bytes that clients get; each is framed once and written to all. What the bus lost is read from
PostgreSQL: at once when a number is missing, and every few seconds for what a dead publisher left
behind.
"""

import asyncio
import logging
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings

from chat.doors.pool import run_in_pool
from chat.socket.bus import Listener
from chat.socket.connection import Connection, Encoded, Seat
from chat.socket.feed import Feed, Numbered
from chat.socket.reading import read_missing, read_newest, read_room_ids
from chat.socket.turn import Turn
from commands.errors import Busy
from outbox.bus import person_topic, room_topic, unpack

logger = logging.getLogger(__name__)

HEAL_SECONDS = 2.0
# Two commits may publish in the other order; only what is missing for longer is read from the
# database.
PATIENCE_SECONDS = 0.05
# A room that nobody here is in stays subscribed for a while: people reload pages.
LINGER_SECONDS = 30.0
SIGNED_OUT = 4401


class Hub:
    """All connections of this process."""

    def __init__(self, url: str) -> None:
        self._feeds: dict[UUID, Feed] = {}
        self._people: dict[UUID, set[Connection]] = {}
        self._listener = Listener(url, on_payload=self._take, on_gap=self._heal_all)
        self._healing: set[UUID] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._started = False
        self.turn = Turn()

    async def open(self, connection: Connection) -> None:
        """Let a connection hear of its person and their rooms; it waits for `hello` with what it
        hears.
        """
        if not self._started:
            self._started = True
            self._listener.start()
            self._spawn(self._heal_for_ever())
        self._people.setdefault(connection.person_id, set()).add(connection)
        await self._listener.listen([person_topic(connection.person_id)])
        rooms = await run_in_pool(read_room_ids, connection.person_id)
        for room_id, last_seq in rooms:
            self._feed(room_id, last_seq).seat(connection)
        await self._listener.listen([room_topic(room_id) for room_id, _ in rooms])

    def start(self, connection: Connection, hello: bytes, seats: dict[UUID, Seat]) -> None:
        """Send `hello` with what it says about rooms, and everything newer after it."""
        for room_id, seat in seats.items():
            self._feed(room_id, seat.cursor).seat(connection)
        connection.start(hello, seats)
        # A room may have moved on between the listening and the reading of hello.
        self._spawn(self._heal(list(seats)))

    def close(self, connection: Connection) -> None:
        """Forget a connection."""
        people = self._people.get(connection.person_id, set())
        people.discard(connection)
        if not people:
            self._people.pop(connection.person_id, None)
            self._spawn(self._forget_person(connection.person_id))
        for room_id in list(connection.seats):
            feed = self._feeds.get(room_id)
            if feed is not None:
                feed.connections.discard(connection)
                self._linger(feed)
        connection.seats.clear()

    def _feed(self, room_id: UUID, last_seq: int) -> Feed:
        return self._feeds.setdefault(room_id, Feed(room_id, last_seq))

    def _linger(self, feed: Feed) -> None:
        if not feed.connections:
            loop = asyncio.get_running_loop()
            loop.call_later(LINGER_SECONDS, lambda: self._spawn(self._drop(feed)))

    async def _drop(self, feed: Feed) -> None:
        if not feed.connections and self._feeds.get(feed.room_id) is feed:
            del self._feeds[feed.room_id]
            await self._listener.forget([room_topic(feed.room_id)])

    async def _forget_person(self, person_id: UUID) -> None:
        if person_id not in self._people:
            await self._listener.forget([person_topic(person_id)])

    # --- What comes from the bus ----------------------------------------------------------------

    def _take(self, topic: str, payload: bytes) -> None:
        _, kind, name = topic.split(":")
        header, frame = unpack(payload)
        if kind == "room":
            self._take_room(UUID(name), header, frame)
        else:
            self._take_person(UUID(name), header, frame)

    def _take_room(self, room_id: UUID, header: dict[str, Any], frame: bytes) -> None:
        feed = self._feeds.get(room_id)
        if feed is None:
            return
        if "seq" not in header:
            feed.pass_by(frame)
            return
        left = UUID(header["left"]) if "left" in header else None
        event = Numbered(header["seq"], frame, header.get("about"), left)
        if feed.accept([event]) and room_id not in self._healing:
            self._spawn(self._heal_soon(room_id))

    def _take_person(self, person_id: UUID, header: dict[str, Any], frame: bytes) -> None:
        connections = list(self._people.get(person_id, ()))
        match header.get("control"):
            case "entered":
                room_id = UUID(header["room"])
                self._spawn(self._enter(connections, room_id, header, frame))
            case "signed_out":
                self._spawn(self._sign_out(connections, header))
            case _:
                encoded = Encoded.of(frame)
                for connection in connections:
                    connection.give(encoded)

    async def _enter(
        self, connections: list[Connection], room_id: UUID, header: dict[str, Any], frame: bytes
    ) -> None:
        """Seat the devices of somebody who came into a room, and catch up with what happened
        since.
        """
        feed = self._feed(room_id, header["seq"])
        encoded = Encoded.of(frame)
        for connection in connections:
            seat = Seat(joined_seq=header["joined"], cursor=header["seq"])
            known = connection.seats.get(room_id)
            if known is None or known.cursor < seat.cursor:
                connection.give(encoded)
                feed.seat(connection, seat)
        await self._listener.listen([room_topic(room_id)])
        await self._heal([room_id])

    async def _sign_out(self, connections: list[Connection], header: dict[str, Any]) -> None:
        for connection in connections:
            only, all_but = header.get("credential"), header.get("all_but")
            if only in (None, connection.credential) and connection.credential != all_but:
                await connection.leave(SIGNED_OUT)

    # --- Healing --------------------------------------------------------------------------------

    async def _heal_for_ever(self) -> None:
        while True:
            await asyncio.sleep(HEAL_SECONDS)
            await self._heal_all()

    async def _heal_all(self) -> None:
        await self._heal([feed.room_id for feed in self._feeds.values() if feed.connections])

    async def _heal_soon(self, room_id: UUID) -> None:
        self._healing.add(room_id)
        try:
            await asyncio.sleep(PATIENCE_SECONDS)
            feed = self._feeds.get(room_id)
            if feed is not None and feed.held:
                await self._heal([room_id])
        finally:
            self._healing.discard(room_id)

    async def _heal(self, room_ids: list[UUID]) -> None:
        """Compare rooms with PostgreSQL and pass on what is missing here."""
        if not room_ids:
            return
        try:
            newest = await run_in_pool(read_newest, room_ids)
            for room_id, last_seq in newest.items():
                feed = self._feeds.get(room_id)
                while feed is not None and feed.delivered < last_seq:
                    missing = await run_in_pool(read_missing, room_id, feed.delivered)
                    if not missing:
                        break
                    feed.accept(missing)
        except Busy:
            logger.warning("healing waits: too much to do")
        except Exception:
            # The database may be away; the next round tries again.
            logger.exception("rooms could not be compared with the database")

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        # The loop itself keeps only weak references to tasks.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@cache
def hub() -> Hub:
    """Return the hub of this process."""
    return Hub(settings.REDIS_URL)
