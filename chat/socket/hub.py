"""The hub of one process: which connections are in which room, and how events reach them.

A room is subscribed once, however many of its members are here. Events arrive over the bus as the
very bytes that clients get; each is framed once and written to all. What the bus lost is read from
PostgreSQL: at once when a number is missing, and every few seconds for what a dead publisher left
behind.
"""

import asyncio
import logging
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings

from chat.doors.background import spawn
from chat.doors.identity import find_signed_out
from chat.doors.pool import run_in_pool_if_possible
from chat.presence.events import TOPIC as PRESENCE
from chat.rooms.roll import roll
from chat.socket.attendance import Attendance
from chat.socket.bus import Listener
from chat.socket.connection import Connection, Encoded, Seat
from chat.socket.feed import Feed, Numbered
from chat.socket.reading import (
    read_entered,
    read_memberships,
    read_missing,
    read_newer,
)
from chat.socket.turn import Turn
from outbox.bus import person_topic, room_topic, unpack

logger = logging.getLogger(__name__)

HEAL_SECONDS = 2.0
# Two commits may publish in the other order; only what is missing for longer is read from the
# database.
PATIENCE_SECONDS = 0.05
# A room that nobody here is in stays subscribed for a while: people reload pages.
LINGER_SECONDS = 30.0
# So long after `hello` a client that comes back may ask for what it missed before it hears more.
RESUME_SECONDS = 0.2
SIGNED_OUT = 4401
# So many people are compared with the database in one round.
CHECKED = 500


class Hub:
    """All connections of this process."""

    def __init__(self, url: str) -> None:
        self._feeds: dict[UUID, Feed] = {}
        self._people: dict[UUID, set[Connection]] = {}
        self._listener = Listener(url, on_payload=self._take, on_gap=self._heal_all)
        self._healing: set[UUID] = set()
        self._unchecked: list[UUID] = []
        self._started = False
        self.turn = Turn()
        self.attendance = Attendance(self._people)

    def count_sockets(self, person_id: UUID) -> int:
        """Return how many sockets of a person are open here."""
        return len(self._people.get(person_id, ()))

    async def open(self, connection: Connection) -> None:
        """Let a connection hear of its person, such as of a room they come into; it waits for
        `hello` with what it hears.
        """
        if not self._started:
            self._started = True
            self._listener.start()
            spawn(self._heal_for_ever())
            spawn(self._listener.listen([PRESENCE]))
            spawn(self.attendance.run())
        self._people.setdefault(connection.person_id, set()).add(connection)
        self.attendance.look(connection.person_id)
        await self._listener.listen([person_topic(connection.person_id)])

    def start(self, connection: Connection, hello: bytes, seats: dict[UUID, Seat]) -> None:
        """Send `hello` with what it says about rooms, and everything newer soon after it."""
        connection.greet(hello, seats)
        for room_id in connection.rooms - connection.seats.keys():
            self._let_go(connection, room_id)
        unheard, ahead = [], []
        for room_id, seat in connection.seats.items():
            feed = self._feed(room_id, seat.cursor)
            feed.seat(connection)
            if not self._listener.hears(room_topic(room_id)):
                unheard.append(room_id)
            elif feed.taken < seat.cursor:
                ahead.append(room_id)
        asyncio.get_running_loop().call_later(RESUME_SECONDS, self._release_late, connection)
        # As a rule others of the room are here already, and there is nothing to read: what is newer
        # than hello comes over the bus, and what came since it was read is found on release.
        if unheard:
            spawn(self._follow(unheard))
        if ahead:
            spawn(self._heal(ahead))

    def release(self, connection: Connection) -> None:
        """Let live events go to a connection, which has said by now what it missed, if it will."""
        if not connection.release():
            return
        for room_id in connection.seats.keys() - connection.rooms:
            # They left, but lack something that came before it.
            self._feed(room_id, connection.seats[room_id].cursor).seat(connection)
        behind = [
            room_id
            for room_id, seat in connection.seats.items()
            if (feed := self._feeds.get(room_id)) is not None and seat.cursor < feed.delivered
        ]
        if behind:
            spawn(self._heal(behind))
        for room_id in connection.rooms - connection.seats.keys():
            self._let_go(connection, room_id)

    def _release_late(self, connection: Connection) -> None:
        # Who asks just now what it missed is answered first, and released then.
        if not connection.is_working:
            self.release(connection)

    async def _follow(self, room_ids: list[UUID]) -> None:
        await self._listener.listen([room_topic(room_id) for room_id in room_ids])
        # A room may have moved on between the reading of its newest number and the listening.
        await self._heal(room_ids)

    def close(self, connection: Connection) -> None:
        """Forget a connection, wherever it stands."""
        people = self._people.get(connection.person_id, set())
        people.discard(connection)
        if not people:
            self._people.pop(connection.person_id, None)
            spawn(self._forget_person(connection.person_id))
        self.attendance.look(connection.person_id)
        for room_id in list(connection.rooms):
            self._let_go(connection, room_id)
        connection.seats.clear()

    def _let_go(self, connection: Connection, room_id: UUID) -> None:
        feed = self._feeds.get(room_id)
        if feed is not None:
            feed.let_go(connection)

    def _feed(self, room_id: UUID, last_seq: int) -> Feed:
        feed = self._feeds.get(room_id)
        if feed is None:
            feed = self._feeds[room_id] = Feed(room_id, last_seq, self.turn, self._linger)
        return feed

    def _linger(self, feed: Feed) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(LINGER_SECONDS, lambda: spawn(self._drop(feed)))

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
        elif kind == "presence":
            self.attendance.take(header, frame)
        else:
            self._take_person(UUID(name), header, frame)

    def _take_room(self, room_id: UUID, header: dict[str, Any], frame: bytes) -> None:
        feed = self._feeds.get(room_id)
        if feed is None:
            return
        if "seq" not in header:
            feed.pass_by(frame, hidden_from=header.get("hidden_from", ()))
            return
        left = UUID(header["left"]) if "left" in header else None
        closes = bool(header.get("closes"))
        if left is not None or closes:
            roll.forget(room_id)
        event = Numbered(header["seq"], frame, header.get("about"), left, closes)
        if feed.accept([event]) and room_id not in self._healing:
            spawn(self._heal_soon(room_id))

    def _take_person(self, person_id: UUID, header: dict[str, Any], frame: bytes) -> None:
        connections = list(self._people.get(person_id, ()))
        match header.get("control"):
            case "entered":
                self._enter(connections, header, frame)
            case "signed_out":
                spawn(self._sign_out(connections, header))
            case "settings":
                self.attendance.hear_of_settings(person_id, header["changed"])
            case _:
                encoded = Encoded.of(frame)
                for connection in connections:
                    connection.give(encoded)

    def _enter(self, connections: list[Connection], header: dict[str, Any], frame: bytes) -> None:
        """Seat the devices of somebody who came into a room, and catch up with what happened
        since.
        """
        room_id = UUID(header["room"])
        feed = self._feed(room_id, header["seq"])
        # What is in line may be that they left before.
        feed.pass_on()
        encoded = Encoded.of(frame)
        for connection in connections:
            known = connection.seats.get(room_id)
            # At once: the next thing that is heard may be that they left again.
            if known is None or known.joined_seq < header["joined"]:
                connection.give(encoded)
                feed.seat(connection, Seat(joined_seq=header["joined"], cursor=header["seq"]))
        if not feed.connections:
            self._linger(feed)
        spawn(self._follow([room_id]))

    async def _sign_out(self, connections: list[Connection], header: dict[str, Any]) -> None:
        for connection in connections:
            only, all_but = header.get("credential"), header.get("all_but")
            if only in (None, connection.credential) and connection.credential != all_but:
                await connection.leave(SIGNED_OUT)

    # --- Healing --------------------------------------------------------------------------------

    async def _heal_for_ever(self) -> None:
        while True:
            await asyncio.sleep(HEAL_SECONDS)
            for step in (self._heal_all, self._check_next):
                try:
                    await step()
                except Exception:
                    # One room or person that cannot be healed must not end it for all.
                    logger.exception("healing was cut short")

    async def _heal_all(self) -> None:
        await self._heal([feed.room_id for feed in self._feeds.values() if feed.connections])

    async def _check_next(self) -> None:
        """Compare some of the people here with PostgreSQL, all of them by and by."""
        self._unchecked = self._unchecked or list(self._people)
        people, self._unchecked = self._unchecked[:CHECKED], self._unchecked[CHECKED:]
        started = [
            connection
            for person_id in people
            for connection in self._people.get(person_id, ())
            if connection.waiting is None
        ]
        if started:
            await self._check_credentials(started)
            await self._check_rooms(started)

    async def _check_credentials(self, connections: list[Connection]) -> None:
        """Close the sockets of tokens and sessions that are no more, although the bus was
        silent.
        """
        signed_in = [one.signed_in for one in connections if one.signed_in is not None]
        found = (
            await run_in_pool_if_possible(find_signed_out, signed_in, at=datetime.now(UTC)) or []
        )
        gone = {one.credential for one in found}
        for connection in connections if gone else ():
            if connection.signed_in is not None and connection.credential in gone:
                await connection.leave(SIGNED_OUT)

    async def _check_rooms(self, connections: list[Connection]) -> None:
        """Unseat who is no member any more, and enter who became one, although the bus was silent.

        As a rule nothing has changed since PostgreSQL last agreed, and nothing comes back from it.
        """
        agreed = [(one.person_id, one.agreed) for one in connections if one.agreed is not None]
        changed = await run_in_pool_if_possible(read_memberships, agreed) if agreed else {}
        if changed is None:
            return
        unsure = [one for one in connections if one.agreed is None or one.person_id in changed]
        if unsure:
            await self._compare_seats(unsure)

    async def _compare_seats(self, connections: list[Connection]) -> None:
        # Only seats that were there before the reading can be found wrong by it.
        before = [
            (connection, room_id, seat.joined_seq)
            for connection in connections
            for room_id, seat in connection.seats.items()
        ]
        people = {one.person_id for one in connections}
        found = await run_in_pool_if_possible(read_memberships, [(one, None) for one in people])
        if found is None:
            return
        wrong = [one for one in before if found[one[0].person_id].rooms.get(one[1]) != one[2]]
        # As a rule, the event that says so was missed too; it comes first.
        await self._heal(list({room_id for _, room_id, _ in wrong}))
        for connection, room_id, joined in wrong:
            seat = connection.seats.get(room_id)
            if seat is not None and seat.joined_seq == joined:
                self._let_go(connection, room_id)
                connection.unseat(room_id)
        for person_id, memberships in found.items():
            for room_id in memberships.rooms:
                devices = self._people.get(person_id, ())
                if any(one.waiting is None and room_id not in one.seats for one in devices):
                    await self._enter_late(person_id, room_id)
        for connection in connections:
            memberships = found[connection.person_id]
            if connection.list_joined() == memberships.rooms:
                connection.agreed = memberships.stamp

    async def _enter_late(self, person_id: UUID, room_id: UUID) -> None:
        entered = await run_in_pool_if_possible(read_entered, person_id, room_id)
        if entered is not None:
            self._take_person(person_id, *unpack(entered))

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
        taken = {one: feed.taken for one in room_ids if (feed := self._feeds.get(one)) is not None}
        newer = await run_in_pool_if_possible(read_newer, taken) if taken else None
        if newer is None:
            return
        for room_id in taken:
            feed, last_seq = self._feeds.get(room_id), newer.get(room_id, 0)
            while feed is not None and feed.taken < last_seq:
                missing = await run_in_pool_if_possible(read_missing, room_id, feed.taken)
                if not missing:
                    break
                feed.accept(missing)
            if feed is not None:
                feed.pass_on()
                await self._heal_seats(feed)

    async def _heal_seats(self, feed: Feed) -> None:
        """Read what single connections lack that others have got."""
        for connection in feed.behind():
            while (seat := connection.seats.get(feed.room_id)) and seat.cursor < feed.delivered:
                cursor = seat.cursor
                missing = await run_in_pool_if_possible(read_missing, feed.room_id, cursor)
                feed.catch_up(connection, missing or [])
                if seat.cursor == cursor:
                    break


@cache
def hub() -> Hub:
    """Return the hub of this process."""
    return Hub(settings.REDIS_URL)
