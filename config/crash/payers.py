"""People who keep paying each other, each on a socket of their own, whatever dies meanwhile."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import uuid4

from chat.client import Kith, Refused
from config.crash.board import Board
from config.crash.deeds import Deed, Deeds, find_difference
from config.crash.history import History

Shown = dict[str, Any]
# From whom to whom how much is paid at once; nobody is who owns nothing here, such as a bank.
Move = tuple[str | None, str | None, int]

PAUSE = (0.0, 0.3)
# In fen: little beside what everybody has, so that nobody runs dry by chance.
AMOUNT = (1, 5_000)
# One command of so many is sent twice.
TWICE = 10
# Between two sendings of what is not done yet.
AGAIN_SECONDS = 0.5


class Payer:
    """One person: does one thing after the other, and sends each again under its id until it is
    answered.
    """

    def __init__(
        self, kith: Kith, board: Board, deeds: Deeds, history: History, *, room: str, seed: int
    ) -> None:
        self._kith = kith
        self.board = board
        self._deeds = deeds
        self._history = history
        self.room = room
        self.chance = random.Random(seed)
        self.others: list[str] = []
        self._process = history.place_of(kith.person)
        self.waiting_for: str | None = None
        self.patience: Counter[str] = Counter()

    @property
    def person(self) -> str:
        """Return who this is."""
        return self._kith.person

    @property
    def is_staff(self) -> bool:
        """Tell whether this one decides about disputes."""
        return self.person in self.board.staff

    def meet(self, people: list[str]) -> None:
        """Get to know whom to pay."""
        self.others = [person for person in people if person != self.person]

    async def live(self, works: "Sequence[Callable[[Payer], Awaitable[None]]]") -> None:
        """Do one thing after the other until it is over."""
        while not self.board.is_over:
            await self.chance.choice(works)(self)
            await asyncio.sleep(self.chance.uniform(*PAUSE))

    def draw_amount(self) -> int:
        """Return how much to pay this time."""
        return self.chance.randint(*AMOUNT)

    def choose_other(self) -> str:
        """Return whom to pay this time."""
        return self.chance.choice(self.others)

    # --- How it is sent -------------------------------------------------------------------------

    async def do(
        self,
        command: str,
        *,
        moves: Sequence[Move] = (),
        until: Callable[[Shown], bool] | None = None,
        **fields: Any,
    ) -> Shown:
        """Send a command until it is answered; return its result, nothing where it was refused.

        `moves` are what it pays from whom to whom, if it does. With `until` it is sent again under
        its id until that is true of its result.
        """
        command_id = str(uuid4())
        begun = self._begin(moves)
        try:
            result = await self._send(command, command_id, fields)
            while until is not None and not until(result):
                await asyncio.sleep(AGAIN_SECONDS)
                result = await self._send(command, command_id, fields)
        except Refused as refusal:
            self._deeds.note_refusal(self.person, command, refusal)
            self._end(begun, "fail")
            return {}
        self._end(begun, _how_it_ended(result))
        deed = Deed(self.person, command, command_id, fields, result)
        self._deeds.note(deed)
        if not self.chance.randrange(TWICE):
            await self.repeat(deed)
        return result

    async def read(self, command: str, **fields: Any) -> Shown:
        """Ask for something that is only read; nothing where it was refused."""
        try:
            return await self._send(command, str(uuid4()), fields)
        except Refused as refusal:
            self._deeds.note_refusal(self.person, command, refusal)
            return {}

    def _begin(self, moves: Sequence[Move]) -> list[tuple[int, Shown]]:
        place = self._history.place_of
        begun: list[tuple[int, Shown]] = []
        for source, target, amount in moves:
            if source == target:
                continue
            # What happens beside something else is another process's.
            process = self._history.new_process() if begun else self._process
            value = {"from": place(source), "to": place(target), "amount": amount}
            self._history.begin(process, "transfer", value)
            begun.append((process, value))
        return begun

    def _end(self, begun: Sequence[tuple[int, Shown]], kind: str) -> None:
        for process, value in begun:
            self._history.end(process, kind, "transfer", value)
        if kind == "info":
            # It may still come to pass, so whatever comes next is another process's.
            self._process = self._history.new_process()

    async def repeat(self, deed: Deed) -> None:
        """Send again what was acknowledged; it must be answered as it was."""
        try:
            again = await self._send(deed.command, deed.id, deed.fields)
        except Refused as refusal:
            self._deeds.problems.append(f"{deed.command} {deed.id} was refused again: {refusal}")
            return
        if difference := find_difference(deed, again):
            self._deeds.problems.append(f"{deed.command} {deed.id} {difference}.")

    async def _send(self, command: str, command_id: str, fields: Shown) -> Shown:
        self.waiting_for = command
        try:
            while True:
                try:
                    return await self._kith.call(command, command_id=command_id, **fields)
                except Refused as refusal:
                    if not refusal.retryable:
                        raise
                    self.patience[refusal.code] += 1
        finally:
            self.waiting_for = None


def _how_it_ended(result: Shown) -> str:
    # Only of what a bank alone decides nobody may know how it ended.
    payment = result.get("payment")
    status = payment["status"] if payment else "done"
    return {"done": "ok", "failed": "fail"}.get(status, "info")
