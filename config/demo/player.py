"""Playing a conversation: in order, at a pace, with accidents."""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from chat.client import Refused
from config.demo.books import Books
from config.demo.cast import FUNDS, Cast
from config.demo.money import Teller
from config.demo.private import PrivateInstance
from config.demo.schema import Line
from config.demo.script import Script

# Messages that not all members have yet, and rounds of money that others take part in.
MESSAGES_IN_FLIGHT = 8
ROUNDS_IN_FLIGHT = 4
# About as long as a message takes.
ACCIDENT_SECONDS = 0.02


@dataclass(frozen=True)
class Killed:
    """A service that was killed, and the process that it was."""

    service: str
    pid: int


class Background:
    """What goes on beside the conversation, a few things at a time."""

    def __init__(self, problems: list[str]) -> None:
        self._problems = problems
        self._room = asyncio.Semaphore(ROUNDS_IN_FLIGHT)
        self._tasks: dict[asyncio.Task[None], str | None] = {}

    async def begin(self, key: str | None, work: Coroutine[Any, Any, None]) -> None:
        """Begin the work, named by the line it belongs to, as soon as not too much is under way."""
        await self._room.acquire()
        task = asyncio.ensure_future(self._run(work))
        self._tasks[task] = key
        task.add_done_callback(self._tasks.pop)

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Refused as refusal:
            self._problems.append(f"Something could not be read: {refusal}")
        finally:
            self._room.release()

    async def wait_for(self, key: str) -> None:
        """Wait until what was begun for the line is done."""
        await asyncio.gather(*(task for task, name in self._tasks.items() if name == key))

    async def wait(self) -> None:
        """Wait until everything is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def cancel(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()


class Player:
    """Plays one conversation."""

    def __init__(
        self,
        script: Script,
        cast: Cast,
        instance: PrivateInstance,
        *,
        speed: float | None,
        kills: list[str],
        show: Callable[[int, str], None],
    ) -> None:
        self._script = script
        self._cast = cast
        self._instance = instance
        self._speed = speed
        self._show = show
        self._moments = _spread(kills, len(script.lines))
        self._message_ids: dict[int, str] = {}
        self._background = Background(cast.tally.problems)
        self._accidents: list[asyncio.Task[None]] = []
        self.killed: list[Killed] = []
        self.books = Books()
        self.teller = Teller(cast, self.books, self._background)

    async def play(self) -> None:
        """Play all lines and return once everything they began is done."""
        for name in self._cast.names:
            self.books.fund(self._cast.person(name), FUNDS)
        started = time.perf_counter()
        try:
            for place, line in enumerate(self._script.lines):
                await self._keep_pace(line, started)
                for service in self._moments.get(place, []):
                    self._accidents.append(asyncio.ensure_future(self._kill(service)))
                await self._play_line(place, line)
                self._show(place + 1, f"{line.author}: {line.text}")
            await asyncio.gather(*self._accidents)
            await self._background.wait()
        finally:
            self._background.cancel()
            for accident in self._accidents:
                accident.cancel()

    async def _kill(self, service: str) -> None:
        # A little later, so that it hits a command under way.
        await asyncio.sleep(ACCIDENT_SECONDS * random.random())
        self.killed.append(Killed(service, await self._instance.kill(service)))

    async def _keep_pace(self, line: Line, started: float) -> None:
        await self._cast.room.wait_for_room(MESSAGES_IN_FLIGHT)
        if self._speed is not None:
            passed = (line.at - self._script.lines[0].at).total_seconds() / self._speed
            await asyncio.sleep(max(0.0, started + passed - time.perf_counter()))

    async def _play_line(self, place: int, line: Line) -> None:
        try:
            if line.text.strip():
                await self._say(place, line)
            if line.money is not None:
                await self.teller.carry_out(line)
        except Refused as refusal:
            self._cast.tally.problems.append(f"{line.author} could not read: {refusal}")

    async def _say(self, place: int, line: Line) -> None:
        answered = self._message_ids.get(self._script.replies.get(place, -1))
        answer = await self._cast.post(
            line.author, "message.send", room=self._cast.room.room_id, text=line.text,
            **({"reply_to": answered} if answered else {}),
        )  # fmt: skip
        if isinstance(answer, Refused):
            return
        message: str = answer["message"]["id"]
        self._message_ids[place] = message
        if line.react or line.edit or line.recall:
            await self._background.begin(line.id, self._follow_up(message, line))

    async def _follow_up(self, message: str, line: Line) -> None:
        if line.edit:
            await self._cast.edit(line.author, message, line.edit)
        if line.recall:
            await self._cast.recall(line.author, message)
        await asyncio.gather(
            *(
                self._cast.react(name, message, emoji)
                for emoji, names in line.react.items()
                for name in names
            )
        )


def _spread(kills: list[str], lines: int) -> dict[int, list[str]]:
    """Return before which lines which services are killed: spread evenly over the middle."""
    moments: dict[int, list[str]] = {}
    for number, service in enumerate(kills, 1):
        moments.setdefault(lines * number // (len(kills) + 1), []).append(service)
    return moments
