"""People who keep paying each other, each on a socket of their own, whatever dies meanwhile."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from chat.client import Kith, Refused
from config.crash.deeds import Deed, Deeds, find_about
from config.crash.history import History

Shown = dict[str, Any]

PAUSE = (0.0, 0.3)
# In fen: little beside what everybody has, so that nobody runs dry by chance.
AMOUNT = (1, 5_000)
SHARE = (1, 500)
CLAIMS, PARTS = 3, 3
# What lies open of a kind beyond this is left to its time, or for ever where it has none.
MOST_OPEN = 30
# One offer of so many is left for the sweeper, and one command of so many is sent twice.
LEFT, TWICE = 8, 10


@dataclass
class Board:
    """What is open and known to all: offers, bills and requests by whom they wait for, and
    envelopes with those who have tried them.
    """

    offers: dict[str, deque[Shown]] = field(default_factory=dict)
    bills: dict[str, deque[Shown]] = field(default_factory=dict)
    requests: dict[str, deque[Shown]] = field(default_factory=dict)
    envelopes: deque[tuple[Shown, set[str]]] = field(
        default_factory=lambda: deque(maxlen=MOST_OPEN)
    )
    is_over: bool = False

    def put(self, pile: dict[str, deque[Shown]], person: str, thing: Shown) -> None:
        """Have something wait for somebody."""
        pile.setdefault(person, deque(maxlen=MOST_OPEN)).append(thing)

    def take(self, pile: dict[str, deque[Shown]], person: str) -> Shown | None:
        """Take what has waited longest for somebody."""
        waiting = pile.get(person)
        return waiting.popleft() if waiting else None


class Payer:
    """One person: does one thing after the other, and sends each again under its id until it is
    answered.
    """

    def __init__(
        self, kith: Kith, board: Board, deeds: Deeds, history: History, *, room: str, seed: int
    ) -> None:
        self._kith = kith
        self._board = board
        self._deeds = deeds
        self._history = history
        self._room = room
        self._chance = random.Random(seed)
        self._others: list[str] = []
        self._process = history.place_of(kith.person)
        self.waiting_for: str | None = None
        self.patience: Counter[str] = Counter()
        self._works: list[Callable[[], Awaitable[None]]] = [
            self.offer, self.answer, self.answer, self.throw, self.claim, self.claim, self.claim,
            self.bill, self.pay_bill, self.pay_bill, self.ask, self.pay_request, self.top_up,
        ]  # fmt: skip

    @property
    def person(self) -> str:
        """Return who this is."""
        return self._kith.person

    def meet(self, people: list[str]) -> None:
        """Get to know whom to pay."""
        self._others = [person for person in people if person != self.person]

    async def live(self) -> None:
        """Do one thing after the other until it is over."""
        while not self._board.is_over:
            await self._chance.choice(self._works)()
            await asyncio.sleep(self._chance.uniform(*PAUSE))

    # --- What one does --------------------------------------------------------------------------

    async def offer(self) -> None:
        """Offer a transfer."""
        to = self._chance.choice(self._others)
        done = await self._do("transfer.send", to=to, amount=self._chance.randint(*AMOUNT))
        if done and self._chance.randrange(LEFT):
            self._board.put(self._board.offers, to, done["transfer"])

    async def answer(self) -> None:
        """Take, or seldom give back, what one was offered."""
        offer = self._board.take(self._board.offers, self.person)
        if offer is None:
            return
        if self._chance.random() < 0.2:
            await self._do("transfer.return", transfer=offer["id"])
        else:
            move = (offer["from"], self.person, offer["amount"])
            await self._do("transfer.accept", move=move, transfer=offer["id"])

    async def throw(self) -> None:
        """Throw an envelope; its shares are equal, so that who takes one knows what it is."""
        done = await self._do(
            "envelope.send", room=self._room, count=CLAIMS, kind="equal",
            amount=CLAIMS * self._chance.randint(*SHARE),
        )  # fmt: skip
        if done:
            self._board.envelopes.append((done["envelope"], set()))

    async def claim(self) -> None:
        """Open an envelope, often one that others are just emptying."""
        untried = [one for one in self._board.envelopes if self.person not in one[1]]
        if not untried:
            return
        envelope, tried = self._chance.choice(untried)
        tried.add(self.person)
        move = (envelope["sender"], self.person, envelope["amount"] // envelope["count"])
        await self._do("envelope.claim", move=move, envelope=envelope["id"])

    async def bill(self) -> None:
        """Ask some to pay back parts of a bill."""
        people = self._chance.sample(self._others, min(PARTS, len(self._others)))
        done = await self._do(
            "split.create", room=self._room, between={"mode": "even", "members": people},
            amount=len(people) * self._chance.randint(*AMOUNT),
        )  # fmt: skip
        for person in people if done else []:
            self._board.put(self._board.bills, person, done["split"])

    async def pay_bill(self) -> None:
        """Pay one's part of a bill."""
        bill = self._board.take(self._board.bills, self.person)
        if bill is None:
            return
        (amount,) = [one["amount"] for one in bill["shares"] if one["person"] == self.person]
        move = (self.person, bill["initiator"], amount)
        await self._do("split.pay", move=move, split=bill["id"])

    async def ask(self) -> None:
        """Ask somebody for a payment."""
        to = self._chance.choice(self._others)
        amount = self._chance.randint(*AMOUNT)
        done = await self._do("payment_request.create", to=to, amount=amount)
        if done:
            self._board.put(self._board.requests, to, done["payment_request"])

    async def pay_request(self) -> None:
        """Pay what somebody asks for."""
        request = self._board.take(self._board.requests, self.person)
        if request is not None:
            move = (self.person, request["from"], request["amount"])
            await self._do("payment_request.pay", move=move, payment_request=request["id"])

    async def top_up(self, channel: str = "") -> None:
        """Bring money in, over a bank or at once."""
        amount = self._chance.randint(*AMOUNT)
        channel = channel or self._chance.choice(["auto", "sandbox"])
        await self._do(
            "wallet.top_up", move=(None, self.person, amount), amount=amount, channel=channel
        )

    # --- How it is sent -------------------------------------------------------------------------

    async def _do(
        self, command: str, *, move: tuple[str | None, str, int] | None = None, **fields: Any
    ) -> Shown:
        """Send a command until it is answered; return its result, nothing where it was refused.

        `move` is what it pays from whom to whom at once, where it does.
        """
        command_id = str(uuid4())
        value = None
        if move and move[0] != move[1]:
            source, target, amount = move
            place = self._history.place_of
            value = {"from": place(source), "to": place(target), "amount": amount}
            self._history.begin(self._process, "transfer", value)
        try:
            result = await self._send(command, command_id, fields)
        except Refused as refusal:
            self._deeds.note_refusal(self.person, command, refusal)
            if value:
                self._history.end(self._process, "fail", "transfer", value)
            return {}
        if value:
            self._note_end(result, value)
        deed = Deed(self.person, command, command_id, fields, result)
        self._deeds.note(deed)
        if not self._chance.randrange(TWICE):
            await self.repeat(deed)
        return result

    def _note_end(self, result: Shown, value: Shown) -> None:
        payment = result.get("payment")
        status = payment["status"] if payment else "done"
        kind = {"done": "ok", "failed": "fail"}.get(status, "info")
        self._history.end(self._process, kind, "transfer", value)
        if kind == "info":
            # It may still come to pass, so whatever comes next is another process's.
            self._process += self._history.outside + 1

    async def repeat(self, deed: Deed) -> None:
        """Send again what was acknowledged; it must be about the same thing."""
        try:
            again = await self._send(deed.command, deed.id, deed.fields)
        except Refused as refusal:
            self._deeds.problems.append(f"{deed.command} {deed.id} was refused again: {refusal}")
            return
        if (about := find_about(deed.command, again)) != deed.about:
            self._deeds.problems.append(
                f"{deed.command} {deed.id} was about {deed.about}, sent again about {about}."
            )

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
