"""The three stages of a peak, in the same seconds, at 2 : 2 : 1."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from config.load.buyers import Answer, Buyer, Paid, Timings

# What each payment moves, in fen; the books tell by it how many there were.
TOP_UP, TRANSFER = 100, 1
# A step ends this long after its last command was sent, whatever is still under way.
LATE_SECONDS = 60.0

PICK, CHOOSE, PAY = "pick and click Pay", "choose a channel", "pay"
# Two of the first for two of the second and one of the third.
ROUND = (PICK, CHOOSE, PAY, PICK, CHOOSE)


@dataclass
class Step:
    """One step of the ramp: commands sent at a fixed rate, whatever comes back."""

    rate: float
    seconds: float
    stages: dict[str, Timings] = field(
        default_factory=lambda: {name: Timings() for name in (PICK, CHOOSE, PAY)}
    )
    took: float = 0.0
    unsent: int = 0

    @property
    def paid_rate(self) -> float:
        """Return how many payments a second were acknowledged."""
        return len(self.stages[PAY].seconds) / self.took if self.took else 0.0

    @property
    def wanted_rate(self) -> float:
        """Return how many payments a second were meant to be sent."""
        return self.rate * ROUND.count(PAY) / len(ROUND)

    @property
    def refusals(self) -> Counter[str]:
        """Return how often which refusal came."""
        return Counter(code for timings in self.stages.values() for code in timings.refusals)


class Crowd:
    """Buyers who do what the stages say, one after the other; half the payments go over a bank's
    channel, half to the shop.
    """

    def __init__(self, buyers: list[Buyer], shop: str) -> None:
        self._buyers = buyers
        self._shop = shop
        self._turn = itertools.count()
        self._works: dict[str, Callable[[Buyer], Awaitable[Answer]]] = {
            PICK: self._pick, CHOOSE: self._choose, PAY: self._pay,
        }  # fmt: skip

    async def play(self, *, rate: float, seconds: float, most: int) -> Step:
        """Send `rate` commands a second for so long; what would be more than `most` under way is
        not sent, and counted.
        """
        step = Step(rate, seconds)
        under_way: set[asyncio.Task[None]] = set()
        started = time.perf_counter()
        for number in range(int(rate * seconds)):
            wait = started + number / rate - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            if len(under_way) >= most:
                step.unsent += 1
                # Others must run, or none of those under way would ever end.
                await asyncio.sleep(0)
                continue
            name = ROUND[number % len(ROUND)]
            buyer = self._buyers[next(self._turn) % len(self._buyers)]
            task = asyncio.create_task(self._do(name, buyer, step.stages[name]))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        async with asyncio.timeout(LATE_SECONDS):
            await asyncio.gather(*under_way)
        step.took = time.perf_counter() - started
        return step

    async def _do(self, name: str, buyer: Buyer, timings: Timings) -> None:
        await timings.watch(self._works[name](buyer))

    async def _pick(self, buyer: Buyer) -> Answer:
        return await buyer.ask("wallet.get")

    async def _choose(self, buyer: Buyer) -> Answer:
        return await buyer.ask("wallet.channels")

    async def _pay(self, buyer: Buyer) -> Answer:
        frame: dict[str, Any] = {"id": str(uuid4())}
        if len(buyer.paid) % 2:
            frame |= {"type": "transfer.send", "to": self._shop, "amount": TRANSFER}
        else:
            frame |= {"type": "wallet.top_up", "amount": TOP_UP, "channel": "auto"}
        answer = await buyer.send(frame)
        if answer["type"] == "ok":
            buyer.paid.append(Paid(frame, answer["result"]))
        return answer
