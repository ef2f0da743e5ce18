"""The people of a conversation, each with a connection, in one room."""

import asyncio
import csv
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from chat.client import Kith, Refused
from config.demo.private import InstanceProblem, PrivateInstance
from config.demo.record import Event, Room
from config.demo.script import Script, Trust

FUNDS = 2_000_000
PREFIX = "demo"
# How many commands of the preparation are under way at the same time.
AT_ONCE = 8
ENTRY_SECONDS = 30.0

Answer = dict[str, Any]


@dataclass
class Tally:
    """What was asked for and what was refused."""

    commands: Counter[str] = field(default_factory=Counter)
    provoked: Counter[str] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


class Cast:
    """Everybody by the name they have in the conversation."""

    def __init__(self, clients: dict[str, Kith], room: Room, tally: Tally) -> None:
        self._clients = clients
        self._names = {client.person: name for name, client in clients.items()}
        self.room = room
        self.tally = tally
        # Every message that was acknowledged, in the order of the acknowledgements.
        self.messages: list[Answer] = []
        # What was acknowledged about them later: the new text, that it was taken back, and who put
        # which emoji there.
        self.edited: dict[str, str] = {}
        self.recalled: set[str] = set()
        self.reactions: dict[str, set[tuple[str, str]]] = defaultdict(set)

    @property
    def names(self) -> list[str]:
        """Return who is there, the owner of the room first."""
        return list(self._clients)

    @property
    def reconnects(self) -> int:
        """Return how often somebody had to connect again."""
        return sum(client.reconnects for client in self._clients.values())

    @property
    def retries(self) -> Counter[str]:
        """Return how often a command was asked to try again, by code."""
        return sum((client.retries for client in self._clients.values()), Counter())

    def person(self, name: str) -> str:
        """Return the id of the person."""
        return self._clients[name].person

    def name(self, person: str) -> str:
        """Return the name of the person with this id."""
        return self._names[person]

    async def ask(self, who: str, command: str, **fields: Any) -> Answer:
        """Send a command that reads. Raises Refused."""
        return await self._clients[who].call(command, **fields)

    async def do(
        self, who: str, command: str, /, *, may: Iterable[str] = (), **fields: Any
    ) -> Answer | Refused:
        """Send a command and return its result, or its refusal.

        A refusal whose code is not in `may` is a disagreement.
        """
        self.tally.commands[command] += 1
        try:
            return await self._clients[who].call(command, **fields)
        except Refused as refusal:
            if refusal.code in may:
                self.tally.provoked[refusal.code] += 1
            else:
                self.tally.unexpected[refusal.code] += 1
                self.tally.problems.append(f"{who}'s {command} was refused: {refusal}")
            return refusal

    async def post(
        self, who: str, command: str, /, *, may: Iterable[str] = (), **fields: Any
    ) -> Answer | Refused:
        """Send a command that puts a message into the room, as `do` does, and note the message."""
        sent = time.perf_counter()
        answer = await self.do(who, command, may=may, **fields)
        if not isinstance(answer, Refused):
            self.messages.append(answer["message"])
            self.room.note_sent(answer["message"]["seq"], sent)
        return answer

    async def edit(self, who: str, message: str, text: str) -> None:
        """Change a text, and note it."""
        answer = await self.do(who, "message.edit", message=message, text=text)
        if not isinstance(answer, Refused):
            self.edited[message] = text

    async def recall(self, who: str, message: str) -> None:
        """Take a text back, and note it."""
        answer = await self.do(who, "message.recall", message=message)
        if not isinstance(answer, Refused):
            self.recalled.add(message)

    async def react(self, who: str, message: str, emoji: str) -> None:
        """Put an emoji on a message, and note it."""
        answer = await self.do(who, "message.react", message=message, emoji=emoji, on=True)
        if not isinstance(answer, Refused):
            self.reactions[message].add((emoji, self.person(who)))


@asynccontextmanager
async def assemble(script: Script, instance: PrivateInstance) -> AsyncIterator[Cast]:
    """Make the people, connect them, befriend those who must be friends, and open the room.

    Raises InstanceProblem.
    """
    async with connect(script.authors, instance) as clients:
        await introduce(clients, script.friends(), script.trust)
        yield await open_room(clients, name="The demo")


@asynccontextmanager
async def connect(names: list[str], instance: PrivateInstance) -> AsyncIterator[dict[str, Kith]]:
    """Make people with these names, and yield a connection of each. Raises InstanceProblem."""
    tokens = await _make_people(names, instance)
    async with AsyncExitStack() as stack:
        clients = {name: Kith(instance.url, token) for name, token in tokens.items()}
        await asyncio.gather(*(stack.enter_async_context(one) for one in clients.values()))
        yield clients


async def open_room(clients: dict[str, Kith], *, name: str) -> Cast:
    """Open a room with these people, the first of whom owns it, and listen to it from its first
    event that all of them hear. Raises InstanceProblem.
    """
    entered: dict[str, Event] = {}
    room = Room(room_id="", start=0, members=len(clients))
    for who, client in clients.items():
        client.listen(_note_entry(who, name, entered))
    cast = Cast(clients, room, Tally())
    owner, *others = cast.names
    opened = await cast.do(
        owner, "room.create", name=name, kind="group",
        members=[cast.person(other) for other in others],
    )  # fmt: skip
    _require_none(cast.tally)
    assert isinstance(opened, dict)
    room.room_id, room.start = opened["room"]["room"], opened["room"]["last_seq"]
    for who, client in clients.items():
        client.listen(room.listener(who))
    await _wait_for_entries(entered, clients)
    return cast


async def _wait_for_entries(entered: dict[str, Event], clients: dict[str, Kith]) -> None:
    try:
        async with asyncio.timeout(ENTRY_SECONDS):
            while len(entered) < len(clients):  # noqa: ASYNC110 (several listeners count)
                await asyncio.sleep(0.01)
    except TimeoutError:
        missing = ", ".join(sorted(clients.keys() - entered.keys()))
        raise InstanceProblem(f"Nobody told these that they are in the room: {missing}.") from None


def _note_entry(who: str, room: str, entered: dict[str, Event]) -> Any:
    def hear(event: Event) -> None:
        if event["kind"] == "room.entered" and event["room"]["name"] == room:
            entered[who] = event["room"]

    return hear


async def _make_people(names: list[str], instance: PrivateInstance) -> dict[str, str]:
    out = instance.data / "people.csv"
    made = await instance.manage(
        "make_people", "--count", str(len(names)), "--prefix", PREFIX, "--funds", str(FUNDS),
        "--out", str(out),
    )  # fmt: skip
    if made.code:
        raise InstanceProblem(f"The people could not be made: {made.output.splitlines()[-1]}")
    rows = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    return {name: row["token"] for name, row in zip(names, rows, strict=True)}


async def introduce(
    clients: dict[str, Kith], friends: set[tuple[str, str]], trusted: list[Trust]
) -> None:
    """Give everybody their name, make friends, and set the trust that there is at the beginning.

    Raises InstanceProblem.
    """
    cast = Cast(clients, Room(room_id="", start=0, members=0), Tally())
    turn = asyncio.Semaphore(AT_ONCE)

    async def name_one(name: str) -> None:
        async with turn:
            await cast.do(name, "account.update", name=name)

    async def befriend(one: str, other: str) -> None:
        async with turn:
            await cast.do(one, "friend.ask", person=cast.person(other))
            await cast.do(other, "friend.accept", person=cast.person(one))

    async def trust(giver: str, receiver: str, amount: int) -> None:
        async with turn:
            await cast.do(giver, "trust.set", person=cast.person(receiver), amount=amount)

    await asyncio.gather(*(name_one(name) for name in cast.names))
    await asyncio.gather(*(befriend(one, other) for one, other in sorted(friends)))
    await asyncio.gather(*(trust(line.giver, line.receiver, line.amount) for line in trusted))
    _require_none(cast.tally)


def _require_none(tally: Tally) -> None:
    if tally.problems:
        raise InstanceProblem(f"The room could not be prepared: {tally.problems[0]}")
