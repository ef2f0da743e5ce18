"""One run of the demo, from an empty folder to an empty folder."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from chat.client import Refused
from config.demo.cast import Cast, assemble
from config.demo.player import Killed, Player
from config.demo.private import InstanceProblem, PrivateInstance
from config.demo.report import show_checks, show_numbers
from config.demo.script import Script, ScriptProblem
from config.demo.verify import Check, Verification
from config.engines.problems import EngineProblem

# A killed service is another process again within this time.
BACK_SECONDS = 60.0
SHOWN_TEXT = 48
AGREED, DISAGREED, NOT_RUN, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True)
class Options:
    """How to run: `speed` None is as fast as the order allows, `limit` is in seconds."""

    script: Script
    speed: float | None
    kills: list[str]
    limit: float
    keep: bool


class Run:
    """A private instance, a conversation on it, and the proof that all agree."""

    def __init__(self, options: Options, console: Console) -> None:
        self._options = options
        self._console = console
        self._instance = PrivateInstance()
        self._doing = "starting"

    async def run(self) -> int:
        """Do it all and return the exit code; nothing is left behind, whatever happens."""
        code = NOT_RUN
        try:
            async with asyncio.timeout(self._options.limit) as bound:
                code = await self._play_and_prove()
        except InstanceProblem as problem:
            self._say("✗", "red", str(problem))
        except (ConnectionError, Refused) as problem:
            code = DISAGREED
            self._say("✗", "red", f"While {self._doing}: {problem}")
        except TimeoutError:
            if not bound.expired():
                raise
            code = DISAGREED
            self._say(
                "✗", "red",
                f"The demo did not end within {self._options.limit:g} s and is stopped while"
                f" {self._doing}; --limit gives it longer.",
            )  # fmt: skip
        except asyncio.CancelledError:
            self._say("✗", "red", f"Interrupted while {self._doing}.")
            raise
        finally:
            left = await self._clear_up()
        return code or (DISAGREED if left else AGREED)

    def _say(self, mark: str, style: str, text: str) -> None:
        self._console.print(f"[{style}]{mark}[/{style}] ", end="")
        self._console.print(text, markup=False, soft_wrap=True)

    async def _clear_up(self) -> list[str]:
        with self._console.status("stopping the private instance"):
            left = await asyncio.to_thread(self._instance.stop)
        for service in left:
            self._say("✗", "red", f"A process of {service} is left behind.")
        if self._options.keep:
            self._say("·", "white", f"The instance's folder is kept: {self._instance.data}")
        else:
            self._instance.remove()
        return left

    async def _play_and_prove(self) -> int:
        with self._console.status("starting a private instance") as status:
            await self._instance.start(lambda line: status.update(f"starting: {line}"))
        self._say("·", "white", f"a private instance answers at {self._instance.url}")
        self._doing = "preparing the room"
        async with assemble(self._options.script, self._instance) as cast:
            player, seconds = await self._play(cast)
            self._doing = "comparing"
            with self._console.status("comparing what was said with what is there"):
                checks = await Verification(cast, player.books).run()
                checks += await self._find_back(player.killed)
        show_numbers(
            self._console, cast, payments=player.books.payments, seconds=seconds,
            killed=player.killed,
        )  # fmt: skip
        self._doing = "proving the books and the graph"
        checks += await self._prove()
        checks += self._read_log(player.killed)
        show_checks(self._console, checks)
        disagreements = sum(bool(check.problems) for check in checks)
        if disagreements:
            self._say("✗", "red", f"{disagreements} of {len(checks)} checks disagree.")
            return DISAGREED
        self._say("✓", "green", "All agree.")
        return AGREED

    async def _play(self, cast: Cast) -> tuple[Player, float]:
        with self._bar() as (progress, task):

            def show(done: int, text: str) -> None:
                shown = " ".join(text.split())[:SHOWN_TEXT]
                progress.update(task, completed=done, text=shown)
                self._doing = f"replaying ({done:,} of {len(self._options.script.lines):,} lines)"

            player = Player(
                self._options.script, cast, self._instance, speed=self._options.speed,
                kills=self._options.kills, show=show,
            )  # fmt: skip
            started = time.perf_counter()
            await player.play()
            return player, time.perf_counter() - started

    @contextmanager
    def _bar(self) -> "Iterator[tuple[Progress, TaskID]]":
        columns = (
            TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[text]}", markup=True),
        )  # fmt: skip
        with Progress(*columns, console=self._console) as progress:
            yield progress, progress.add_task("", total=len(self._options.script.lines), text="")

    async def _find_back(self, killed: list[Killed]) -> list[Check]:
        if not killed:
            return []
        check = Check("everything that was killed was started again")
        for one in killed:
            if not await self._instance.wait_until_back(one.service, one.pid, seconds=BACK_SECONDS):
                check.problems.append(f"{one.service} did not come back.")
        return [check]

    async def _prove(self) -> list[Check]:
        checks = []
        for name, *commands in (
            ("check_ledger: the books balance", "check_ledger"),
            ("check_graph: the live projection is what PostgreSQL says", "check_graph"),
            ("check_graph again after rebuild_graph", "rebuild_graph", "check_graph"),
        ):
            check = Check(name)
            for command in commands:
                with self._console.status(command):
                    ran = await self._instance.manage(command)
                if ran.code:
                    check.problems += ran.output.splitlines()
            checks.append(check)
        return checks

    def _read_log(self, killed: list[Killed]) -> list[Check]:
        """Look for errors in the log; where engines were killed, being told of it is no error."""
        if killed:
            return []
        return [Check("no error stands in the log", self._instance.errors())]


def carry_out(prepare: Callable[[], Coroutine[Any, Any, int]], console: Console) -> int:
    """Carry out the run that `prepare` returns, and return its exit code; NOT_RUN, with the reason,
    where it cannot even begin.
    """
    try:
        work = prepare()
    except (ScriptProblem, EngineProblem) as problem:
        console.print(f"kith: {problem}", style="red", markup=False, soft_wrap=True)
        return NOT_RUN
    return asyncio.run(obey_signals(work))


async def obey_signals(work: Coroutine[Any, Any, int]) -> int:
    """Do the work and return its exit code; a signal to end cancels it, so that it clears up."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(sign, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        return await task
    return INTERRUPTED
