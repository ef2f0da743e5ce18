"""`make soak`: replay recorded rooms for minutes, kill web processes and the bus at random, and
prove that every client heard every event once and in order.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from chat.client import Kith, Refused
from config import environment
from config.demo.cast import Cast, connect, introduce, open_room
from config.demo.player import Player
from config.demo.private import InstanceProblem, PrivateInstance
from config.demo.report import say_counts, show_checks, show_percentile
from config.demo.run import AGREED, DISAGREED, NOT_RUN, carry_out
from config.demo.saboteur import Saboteur
from config.demo.script import Script, ScriptProblem, read_script
from config.demo.verify import Check, Verification

RECORDED = environment.ROOT.parent / "shared" / "data" / "gitter"
SPEED = 500.0
# Between the return of what was killed and the next kill.
CALM_SECONDS = (5.0, 20.0)
# The last part is played in peace, so that what is wrong then is not merely late.
PEACE_SECONDS = 10.0
# What the preparation, catching up and the proof may take beside the minutes that were asked for.
MARGIN_SECONDS = 600.0
SAY_SECONDS = 15.0
BUS = "valkey"


@dataclass
class Rooms:
    """What is played: a script, a cast and a player for each recorded room, by its name."""

    scripts: dict[str, Script]
    casts: dict[str, Cast] = field(default_factory=dict)
    players: dict[str, Player] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)


class Soak:
    """A private instance, rooms on it, accidents, and the proof."""

    def __init__(
        self,
        scripts: dict[str, Script],
        console: Console,
        *,
        minutes: float,
        speed: float,
        seed: int,
    ) -> None:
        self._rooms = Rooms(scripts)
        self._console = console
        self._seconds = minutes * 60
        self._speed = speed
        self._instance = PrivateInstance()
        self._saboteur = Saboteur(
            self._instance, targets=self._list_targets, calm=CALM_SECONDS, seed=seed
        )
        self._clients: dict[str, Kith] = {}

    async def run(self, *, keep: bool) -> int:
        """Do it all and return the exit code; every process is ended, whatever happens."""
        code = NOT_RUN
        try:
            async with asyncio.timeout(self._seconds + MARGIN_SECONDS):
                code = await self._play_and_prove()
        except (InstanceProblem, ConnectionError, Refused) as problem:
            self._say(f"✗ {problem}")
            code = DISAGREED
        except TimeoutError:
            self._say("✗ It did not end in time and is stopped.")
            code = DISAGREED
        finally:
            left = await asyncio.to_thread(self._instance.stop)
            if keep or code:
                self._say(f"· The instance's folder is kept: {self._instance.data}")
            else:
                self._instance.remove()
        return code or (DISAGREED if left else AGREED)

    def _list_targets(self) -> list[str]:
        return [*sorted(name for name in self._instance.pids if name.startswith("web")), BUS]

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    async def _play_and_prove(self) -> int:
        await self._instance.start(lambda _: None)
        services = ", ".join(sorted(self._instance.pids))
        self._say(f"· a private instance answers at {self._instance.url}: {services}")
        scripts = self._rooms.scripts
        names = list(dict.fromkeys(name for one in scripts.values() for name in one.authors))
        async with connect(names, self._instance) as clients:
            self._clients = clients
            friends = {pair for one in scripts.values() for pair in one.friends()}
            await introduce(clients, friends, [])
            for room, script in scripts.items():
                members = {name: clients[name] for name in script.authors}
                self._rooms.casts[room] = await open_room(members, name=room)
            await self._play()
            checks = await self._compare()
        checks.append(self._saboteur.lost)
        self._show_numbers()
        show_checks(self._console, checks)
        return DISAGREED if any(check.problems for check in checks) else AGREED

    async def _play(self) -> None:
        started = asyncio.get_running_loop().time()
        ends = started + self._seconds
        telling = asyncio.ensure_future(self._tell_progress(started))
        sabotage = asyncio.ensure_future(self._saboteur.work(until=ends - PEACE_SECONDS))
        try:
            await asyncio.gather(*(self._play_room(room) for room in self._rooms.scripts), sabotage)
        finally:
            telling.cancel()
            sabotage.cancel()

    async def _play_room(self, room: str) -> None:
        rooms = self._rooms
        rooms.players[room] = player = Player(
            rooms.scripts[room], rooms.casts[room], self._instance, speed=self._speed, kills=[],
            show=self._count(room),
        )  # fmt: skip
        await player.play()

    def _count(self, room: str) -> Callable[[int, str], None]:
        def show(done: int, _: str) -> None:
            self._rooms.done[room] = done

        return show

    async def _tell_progress(self, started: float) -> None:
        while True:
            await asyncio.sleep(SAY_SECONDS)
            passed = asyncio.get_running_loop().time() - started
            heard = sum(cast.room.deliveries for cast in self._rooms.casts.values())
            self._say(
                f"· {passed:4.0f} of {self._seconds:.0f} s: {self._rooms.done.total():,} messages,"
                f" {heard:,} deliveries, {len(self._saboteur.killed)} kills,"
                f" {self._reconnects:,} reconnects"
            )

    @property
    def _reconnects(self) -> int:
        return sum(client.reconnects for client in self._clients.values())

    async def _compare(self) -> list[Check]:
        """Compare what every client heard of each room with what the service has of it."""
        checks = []
        for room, cast in self._rooms.casts.items():
            found = await Verification(cast, self._rooms.players[room].books).run()
            checks += [Check(f"{room}: {check.name}", check.problems) for check in found]
        return checks

    def _show_numbers(self) -> None:
        table = Table(title="What was played", title_justify="left")
        for name in ("room", "people", "messages", "events", "deliveries", "p50", "p99", "longest"):
            table.add_column(name, justify="left" if name == "room" else "right")
        for name, cast in self._rooms.casts.items():
            latencies = cast.room.latencies()
            table.add_row(
                name, f"{len(cast.names):,}", f"{len(cast.messages):,}",
                f"{len(cast.room.events):,}", f"{cast.room.deliveries:,}",
                *(show_percentile(latencies, percent) for percent in (50, 99, 100)),
            )  # fmt: skip
        self._console.print(table)
        kills = Counter(one.service for one in self._saboteur.killed)
        retries = sum((one.retries for one in self._clients.values()), Counter[str]())
        self._say(f"· kills: {say_counts(kills)}")
        self._say(f"· reconnects: {self._reconnects:,}; asked to retry: {say_counts(retries)}")


def _read_scripts(folder: Path, minutes: float, speed: float) -> dict[str, Script]:
    files = sorted(folder.glob("*.jsonl.gz")) or sorted(folder.glob("*.jsonl"))
    if not files:
        raise ScriptProblem(f"{folder} holds no recorded rooms (*.jsonl.gz); see docs/data.md.")
    length = timedelta(minutes=minutes * speed)
    return {file.name.partition(".")[0]: read_script(file, busiest=length) for file in files}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make soak", description=__doc__,
        epilog="exit code: 0 all agreed, 1 something did not, 2 it could not be run",
    )  # fmt: skip
    parser.add_argument("--minutes", type=float, default=10.0, help="(default: %(default)g)")
    parser.add_argument("--seed", type=int, default=1, help="draws what is killed and when")
    parser.add_argument(
        "--speed", type=float, default=SPEED, help="as fast as it happened (default: %(default)g)"
    )
    parser.add_argument(
        "--rooms", type=Path, default=RECORDED, metavar="FOLDER",
        help="recorded rooms; of each, its busiest stretch is played",
    )  # fmt: skip
    parser.add_argument("--keep", action="store_true", help="keep the instance's folder")
    return parser


def main() -> int:
    """Parse the command line, run, return the exit code."""
    options = _parser().parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)

    def prepare() -> Coroutine[Any, Any, int]:
        scripts = _read_scripts(options.rooms, options.minutes, options.speed)
        soak = Soak(
            scripts, console, minutes=options.minutes, speed=options.speed, seed=options.seed
        )
        return soak.run(keep=options.keep)

    return carry_out(prepare, console)


if __name__ == "__main__":
    sys.exit(main())
