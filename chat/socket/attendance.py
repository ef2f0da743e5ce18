"""Who is here, on this process: keeps the hub's part of the board, and passes on what others'
say.

See Note [The board] in chat/presence/board.py. More presence shows within a second; less only after
ten, so that a reload or another tab for a moment is nobody's news.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from chat.doors.pool import run_in_pool_if_possible
from chat.presence import board, services
from chat.presence.events import unpack_changes
from chat.presence.selectors import HIDES
from chat.socket.connection import Connection, Encoded

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
GRACE_SECONDS = 10.0
# In ticks.
BEAT = 3
MINUTE = 60
# So many people change or are remembered in one go.
AT_ONCE = 500


@dataclass(frozen=True)
class Looked:
    """One device, for a command that came over it; commands run in other threads."""

    connection: Connection
    attendance: "Attendance"
    loop: asyncio.AbstractEventLoop

    def show_away(self, *, on: bool) -> None:
        """Take it that nobody looks at this device, or that somebody does again."""
        self.loop.call_soon_threadsafe(self.attendance.show_away, self.connection, on)


class Attendance:
    """The people with a device on this process."""

    def __init__(self, people: Mapping[UUID, set[Connection]]) -> None:
        self._hub = uuid4().hex
        self._people = people
        # What our part of the board says, and when to look at whom again.
        self._shown: dict[UUID, str] = {}
        self._due: dict[UUID, float] = {}
        self._left: set[UUID] = set()
        self._told_anew: set[UUID] = set()

    def device(self, connection: Connection) -> Looked:
        """Return what a command may do with the device that it came over."""
        return Looked(connection, self, asyncio.get_running_loop())

    def show_away(self, connection: Connection, is_away: bool) -> None:  # noqa: FBT001 (a callback)
        """Take it that nobody looks at a device, or that somebody does again."""
        connection.is_away = is_away
        self.look(connection.person_id)

    def look(self, person_id: UUID) -> None:
        """Note that a device of the person came, went, or is looked at or not."""
        shown, now = self._shown.get(person_id, board.OFFLINE), self._status(person_id)
        is_less = board.RANK[now] < board.RANK[shown]
        wait = GRACE_SECONDS if is_less else 0
        self._due[person_id] = asyncio.get_running_loop().time() + wait
        if now == board.OFFLINE:
            self._left.add(person_id)

    def hear_of_settings(self, person_id: UUID, changed: Iterable[str]) -> None:
        """Note that the person changed settings, and so may have begun or ceased to hide."""
        # Others are nobody's news: whoever hides would show that they are there by each of them.
        if not HIDES.keys().isdisjoint(changed):
            self._told_anew.add(person_id)

    def take(self, header: dict[str, Any], frames: bytes) -> None:
        """Pass on what the bus says about people to those here who may know."""
        for change in unpack_changes(header, frames):
            encoded = Encoded.of(change.frame)
            for viewer in change.viewers:
                for connection in self._people.get(viewer, ()):
                    connection.pass_by(encoded)

    def _status(self, person_id: UUID) -> str:
        devices = self._people.get(person_id)
        if not devices:
            return board.OFFLINE
        return board.AWAY if all(one.is_away for one in devices) else board.ONLINE

    async def run(self) -> None:
        """Keep the board, for as long as the process lives."""
        tick = 0
        while True:
            await self._remember_left()
            await self._settle()
            await self._tell_anew()
            if tick % BEAT == 0:
                await self._beat()
            if tick % MINUTE == MINUTE - 1:
                await self._remember(list(self._people))
            tick += 1
            await asyncio.sleep(TICK_SECONDS)

    async def _settle(self) -> None:
        """Put on the board who came or went; what the bus or the database does not take now waits
        for the next tick.
        """
        moment = asyncio.get_running_loop().time()
        ready = (person for person, due in self._due.items() if due <= moment)
        due = {person: self._due[person] for person in islice(ready, AT_ONCE)}
        for person in due:
            del self._due[person]
        before = {person: self._shown.get(person, board.OFFLINE) for person in due}
        now = {
            person: status for person in due if (status := self._status(person)) != before[person]
        }
        if not now:
            return
        if not await run_in_pool_if_possible(services.show, hub=self._hub, before=before, now=now):
            # Whoever was looked at again meanwhile keeps the newer time.
            self._due = due | self._due
            return
        for person, status in now.items():
            if status == board.OFFLINE:
                self._shown.pop(person, None)
            else:
                self._shown[person] = status

    async def _tell_anew(self) -> None:
        if self._told_anew:
            asked, self._told_anew = self._told_anew, set()
            await run_in_pool_if_possible(services.tell_anew, people=asked)

    async def _beat(self) -> None:
        kept = await run_in_pool_if_possible(board.beat, hub=self._hub)
        if kept is not None and kept != len(self._shown):
            # The bus lost its memory, or took us for dead. Nobody left, so nobody is told.
            await run_in_pool_if_possible(board.rewrite, hub=self._hub, people=dict(self._shown))
        at = datetime.now(UTC)
        await run_in_pool_if_possible(services.take_down_dead, at=at)

    async def _remember_left(self) -> None:
        left, self._left = self._left, set()
        await self._remember(left)

    async def _remember(self, people: Iterable[UUID]) -> None:
        rest = list(people)
        while rest:
            page, rest = rest[:AT_ONCE], rest[AT_ONCE:]
            await run_in_pool_if_possible(services.remember_seen, people=page, at=datetime.now(UTC))
