"""manage.py load_trust"""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import IntegrityError
from rich.console import Console
from rich.progress import Progress

from commands.written_help import WrittenHelp
from config import environment
from graph.database import GraphUnavailable
from graph.limits.arrival import bring_loaded
from graph.limits.loading import LinesRefused, Loaded, load_trust
from graph.limits.trust_file import TrustFile, UnreadableFile, read_trust_file
from graph.people.models import Tier
from outbox.delivery import deliver_due

SHOWN = 20
SHOW_EACH = 5_000


class Command(WrittenHelp):
    """Loads trust lines from a file."""

    help = """Load a graph of trust from elsewhere: people, friendships and trust lines.

The file is a CSV with the columns from, to and capacity, in any order, under a header. Names are
those of the other system, short names or numbers; capacities are fen.

  from,to,capacity
  17,ann,30000

makes the people 17 and ann unless they are there, befriends them, and has 17 stand behind ann up to
300 yuan. People made here have no password. A person keeps the name of the file as display name, so
that other files, and `limits --pairs`, find them by it. People who signed up themselves are found
by their username in small letters, or spelled exactly so: Ann by ann and by Ann, but not by ANN.

A line that is there already is set to the capacity of the file, as its giver would set it; the same
file again changes nothing. Everything is loaded, or, when a line cannot be used, nothing. Such are
lines that lead back to their giver, repeat a pair, or go below what open loans use.

Hubs stay whole: nobody makes more than 5,000 friends here, but a file may give them more. How many
people have more is said in the end."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument(
            "--tier", choices=Tier.values, default=Tier.BASIC.value,
            help="how well the people made here are known (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument(
            "--skip-bad", action="store_true",
            help="load the rest when lines cannot be used; of a pair that repeats the first counts",
        )  # fmt: skip
        parser.add_argument(
            "--force", action="store_true",
            help="do it outside development too, where people set their lines themselves",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file, or say what is wrong with it."""
        kind = environment.read("KITH_ENV")
        if kind != "development" and not options["force"]:
            raise CommandError(
                f"This is {kind}, not development: lines would be set that nobody has set."
                " Add --force if that is what you want."
            )
        at = datetime.now(UTC)
        console = Console(stderr=True)
        with Progress(console=console) as bar:
            loaded = self._load(_read(options["file"], bar), options, at, bar)
            brought = _bring(loaded, at, bar)
        self._report(loaded.skipped, "skipped")
        self.stdout.write(
            f"{loaded.people:,} people, {loaded.friendships:,} friendships and"
            f" {loaded.made:,} lines made; {loaded.changed:,} lines changed,"
            f" {loaded.unchanged:,} as they were; {len(loaded.skipped):,} skipped"
        )
        if loaded.beyond:
            self.stderr.write(
                f"{loaded.beyond:,} of the people have more than {settings.FRIENDS:,} friends now:"
                " they make no others here, and loan.limits lists so many of them."
            )
        if not brought:
            self.stderr.write(
                "Neo4j is away: limits come from PostgreSQL until the worker has brought it all."
            )

    def _load(
        self, file: TrustFile, options: dict[str, Any], at: datetime, bar: Progress
    ) -> Loaded:
        # One transaction of a few large statements: nothing to count until it is done.
        task = bar.add_task("writing to PostgreSQL", total=None)
        try:
            loaded = load_trust(
                file=file, tier=Tier(options["tier"]), skip_bad=options["skip_bad"], at=at
            )
        except LinesRefused as refused:
            self._report(refused.bad, "cannot be used")
            raise CommandError(
                f"Nothing was loaded: {len(refused.bad):,} lines cannot be used"
                " (--skip-bad loads the others)."
            ) from None
        except UnreadableFile as error:
            raise CommandError(str(error)) from None
        except IntegrityError as error:
            # Somebody took a username, or made a line, between our look and our write.
            raise CommandError(f"Nothing was loaded; please try again: {error}") from None
        bar.update(task, total=1, completed=1)
        return loaded

    def _report(self, bad: list[Any], what: str) -> None:
        for line in bad[:SHOWN]:
            self.stderr.write(f"{line}")
        if len(bad) > SHOWN:
            self.stderr.write(f"… and {len(bad) - SHOWN:,} more that {what}")


def _read(path: Path, bar: Progress) -> TrustFile:
    try:
        size = path.stat().st_size
        with open(path, encoding="utf-8-sig", newline="") as file:
            task = bar.add_task("reading the file", total=size)

            def lines() -> Iterator[str]:
                done = 0
                for number, line in enumerate(file):
                    done += len(line.encode())
                    # Showing it takes longer than reading a line.
                    if number % SHOW_EACH == 0:
                        bar.update(task, completed=done)
                    yield line
                bar.update(task, completed=size)

            return read_trust_file(lines())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except UnreadableFile as error:
        raise CommandError(str(error)) from None


def _bring(loaded: Loaded, at: datetime, bar: Progress) -> bool:
    """Bring it to Neo4j; tell whether it is there now."""
    if loaded.event is None:
        # What an earlier load has left to the worker, where none runs.
        deliver_due("graph", clock=lambda: datetime.now(UTC))
        return True
    totals = {
        "person": loaded.people, "friendship": loaded.friendships,
        "line": loaded.made + loaded.changed,
    }  # fmt: skip
    tasks = {
        name: bar.add_task(f"bringing to Neo4j: {name}", total=total)
        for name, total in totals.items()
    }
    try:
        bring_loaded(
            key=loaded.event, at=at,
            progress=lambda name, done: bar.update(tasks[name], completed=done),
        )  # fmt: skip
    except GraphUnavailable:
        return False
    return True
