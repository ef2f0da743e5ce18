"""`make load`: a ramp of the three stages of a peak, to the machine's limit, and the proof."""

import argparse
import asyncio
import csv
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass

from rich.console import Console

from config import environment
from config.demo.private import InstanceProblem, PrivateInstance
from config.load.buyers import BROKEN, Buyer
from config.load.proof import prove
from config.load.report import keep_last, read_last, show_steps
from config.load.stages import Crowd, Step

FUNDS = 1_000_000
FIRST_RATE = 50.0
# So many commands under way are a second's work of a quick machine; more only wait.
MOST_UNDER_WAY = 2_000
AGREED, DISAGREED, NOT_RUN = 0, 1, 2


@dataclass(frozen=True)
class Options:
    """How to run; `rate` is that of the first step, in commands a second, `limit` in seconds."""

    people: int
    seconds: float
    steps: int
    rate: float | None
    growth: float
    p99_ms: float
    limit: float


class Load:
    """One run: a private instance, the ramp, the proof, the report."""

    def __init__(self, options: Options, console: Console) -> None:
        self._options = options
        self._console = console
        self._instance = PrivateInstance()
        self._kept = environment.data_folder() / "load.json"
        self._last = read_last(self._kept)

    async def run(self) -> int:
        """Do it all and return the exit code; nothing is left behind, whatever happens."""
        try:
            async with asyncio.timeout(self._options.limit):
                with self._console.status("starting a private instance"):
                    await self._instance.start(lambda _: None)
                return await self._load_and_prove()
        except (InstanceProblem, ConnectionError, *BROKEN) as problem:
            self._console.print(f"✗ {type(problem).__name__}: {problem}", markup=False)
            return NOT_RUN
        finally:
            with self._console.status("stopping the private instance"):
                await asyncio.to_thread(self._instance.stop)
            self._instance.remove()

    async def _load_and_prove(self) -> int:
        async with AsyncExitStack() as stack:
            buyers, shop = await self._make_people()
            for buyer in buyers:
                stack.push_async_callback(buyer.close)
            # Each has a connection before the clock runs.
            await asyncio.gather(*(buyer.ask("wallet.get") for buyer in buyers))
            steps, passed = await self._climb(Crowd(buyers, shop))
            show_steps(self._console, steps, passed=passed)
            with self._console.status("proving that nothing was lost and nothing paid twice"):
                problems = await prove(buyers, self._instance, funds=FUNDS)
        payments = sum(len(buyer.paid) for buyer in buyers)
        for problem in problems:
            self._console.print(f"✗ {problem}", markup=False)
        if problems:
            return DISAGREED
        self._console.print(
            f"✓ {payments:,} acknowledged payments are there once, the books and the banks agree."
        )
        self._tell_target(steps, passed)
        return AGREED

    async def _make_people(self) -> tuple[list[Buyer], str]:
        file = self._instance.data / "load.csv"
        ran = await self._instance.manage(
            "make_people", "--count", str(self._options.people + 1), "--prefix", "load",
            "--funds", str(FUNDS), "--out", str(file),
        )  # fmt: skip
        if ran.code:
            raise InstanceProblem(ran.output)
        shop, *rows = csv.DictReader(file.read_text().splitlines())
        url = self._instance.url
        return [Buyer(url, row["token"]) for row in rows], shop["person"]

    async def _climb(self, crowd: Crowd) -> tuple[list[Step], list[bool]]:
        """Take steps, each faster than the one before, until one is too fast."""
        options = self._options
        rate = options.rate or (FIRST_RATE if self._last is None else self._last.target * 5 / 2)
        steps, passed = [], []
        for number in range(1, options.steps + 1):
            with self._console.status(f"step {number}: {rate:,.0f} commands a second"):
                step = await crowd.play(
                    rate=rate, seconds=options.seconds, most=MOST_UNDER_WAY
                )  # fmt: skip
            steps.append(step)
            passed.append(self._is_passed(step))
            if not passed[-1]:
                break
            rate *= options.growth
        return steps, passed

    def _is_passed(self, step: Step) -> bool:
        payments = step.stages["pay"]
        keeps_rate = step.paid_rate >= 0.9 * step.wanted_rate
        return keeps_rate and payments.quantile(0.99) * 1000 <= self._options.p99_ms

    def _tell_target(self, steps: list[Step], passed: list[bool]) -> None:
        rates = [step.paid_rate for step, ok in zip(steps, passed, strict=True) if ok]
        if self._last is not None:
            mark = "reached" if max(rates, default=0) >= self._last.target else "missed"
            self._console.print(f"The target of {self._last.target:,.1f} payments/s was {mark}.")
        if rates:
            kept = keep_last(self._kept, reached=max(rates))
            reached = f"{kept.reached:,.1f} payments/s"
        else:
            kept = keep_last(self._kept, reached=steps[0].paid_rate / 2)
            reached = "No step"
        self._console.print(
            f"{reached} within a p99 of {self._options.p99_ms:g} ms; the next run aims at"
            f" {kept.target:,.1f} payments/s ({self._kept}).",
            soft_wrap=True,
        )


def read_options() -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m config.load",
        description="Three stages of a peak (picking, choosing a channel, paying) at 2 : 2 : 1 in"
        " the same seconds, faster from step to step, on a private instance with the sandbox's"
        " banks; then the proof that each acknowledged payment is there once. Exit code 0 when"
        " all agrees, 1 when not, 2 when it could not run.",
    )
    add = parser.add_argument
    add("--people", type=int, default=60, help="who pay (default: %(default)s)")
    add("--seconds", type=float, default=4.0, help="of each step (default: %(default)s)")
    add("--steps", type=int, default=12, help="at most (default: %(default)s)")
    add("--rate", type=float, help="commands a second of the first step (default: half the target"
        " that the last run has left, or 50)")  # fmt: skip
    add("--growth", type=float, default=1.4, help="from step to step (default: %(default)s)")
    add("--p99-ms", type=float, default=1000.0,
        help="a step is too fast when payments take longer (default: %(default)s)")  # fmt: skip
    add("--limit", type=float, default=600.0, help="seconds in all (default: %(default)s)")
    return Options(**vars(parser.parse_args()))


async def main() -> int:
    """Run until done, or until Ctrl-C or SIGTERM, which also clear up."""
    load = asyncio.create_task(Load(read_options(), Console(width=100)).run())
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, load.cancel)
    try:
        return await load
    except asyncio.CancelledError:
        return NOT_RUN


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
