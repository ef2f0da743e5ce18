"""Killing processes of a private instance at random moments."""

import asyncio
import math
import random
from collections.abc import Callable, Sequence

from config.demo.player import Killed
from config.demo.private import PrivateInstance
from config.demo.run import BACK_SECONDS
from config.demo.verify import Check


class Saboteur:
    """Kills services, one after the other has come back.

    `targets` names those that may be killed now; `calm` is the shortest and the longest pause
    (seconds) between the return of what was killed and the next kill.
    """

    def __init__(
        self,
        instance: PrivateInstance,
        *,
        targets: Callable[[], Sequence[str]],
        calm: tuple[float, float],
        seed: int,
    ) -> None:
        self._instance = instance
        self._targets = targets
        self._calm = calm
        self._chance = random.Random(seed)
        self.killed: list[Killed] = []
        self.lost = Check("everything that was killed was started again")

    async def work(self, *, until: float = math.inf, kills: float = math.inf) -> None:
        """Kill until that moment of the loop's clock, or so often, whichever comes first."""
        loop = asyncio.get_running_loop()
        while len(self.killed) < kills:
            await asyncio.sleep(self._chance.uniform(*self._calm))
            if loop.time() > until:
                return
            service = self._chance.choice(self._targets())
            before = self._instance.comebacks(service)
            self.killed.append(Killed(service, await self._instance.kill(service)))
            try:
                await asyncio.wait_for(self._see_back(service, before), BACK_SECONDS)
            except TimeoutError:
                self.lost.problems.append(f"{service} did not come back.")

    async def _see_back(self, service: str, before: int) -> None:
        # A new process is not enough: it has to answer, or it would be killed while it starts.
        while self._instance.comebacks(service) == before:  # noqa: ASYNC110 (the log says it)
            await asyncio.sleep(0.2)
