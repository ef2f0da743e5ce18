"""manage.py replay_finbench"""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from neo4j.exceptions import DriverError, Neo4jError

from commands.errors import Refusal
from graph.risk.answers import finbench_driver
from graph.risk.progress import show_progress
from graph.risk.replay.plan import Plan, make_plan, with_read_writes
from graph.risk.replay.running import Report, lines_of, run, undone_of
from graph.risk.snapshots.loading import LostRows, begin, finish, load_rows
from graph.risk.snapshots.reading import BadSnapshot, read_snapshot
from graph.risk.values import read_moment

DAY = 24 * 3600 * 1000


def _moment(text: str) -> int:
    try:
        return read_moment(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date such as 2022-01-31") from None


def _percent(text: str) -> int:
    if not text.isdecimal() or int(text) > 100:
        raise ArgumentTypeError(f"{text!r} is not from 0 to 100")
    return int(text)


class Command(BaseCommand):
    """Replays a FinBench snapshot from a date on."""

    help = (
        "Load what of a FinBench snapshot is older than a date in place of what the second Neo4j"
        " holds, then apply the rest as FinBench's writes and read-writes in order of time. Without"
        " read-writes it ends in the same graph as `import_finbench`; a read-write that hits writes"
        " no edge and blocks both ends. Prints operations a second and how many started late."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "folder", metavar="DIR", help="folder with Person.csv.gz and the others"
        )
        parser.add_argument("--from", dest="since", type=_moment, required=True, metavar="DATE")
        parser.add_argument(
            "--speed", type=float, default=0.0, metavar="TIMES",
            help="how many times as fast as it happened; 0 for as fast as it goes (the default)",
        )  # fmt: skip
        parser.add_argument(
            "--reads", type=int, default=0, metavar="N",
            help="a read after each N writes; 0 for none (the default)",
        )  # fmt: skip
        parser.add_argument(
            "--read-writes", type=_percent, default=10, metavar="PERCENT",
            help="share of transfers that go through TRW1 or TRW2 and of guarantees through TRW3"
            " (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument(
            "--window", type=int, default=90, metavar="DAYS",
            help="what the tests of read-writes look back at (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument(
            "--undone", type=Path, metavar="FILE.jsonl",
            help="write each edge that a read-write did not let come to be, with what became of it",
        )  # fmt: skip
        for name, default in (("amount", 0.0), ("ratio", 100.0), ("chain", 500_000_000.0)):
            parser.add_argument(
                f"--{name}", type=float, default=default, metavar="NUMBER",
                help=f"the {name} threshold of read-writes (default: %(default)s)",
            )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Part, load, apply, report."""
        if options["speed"] < 0 or options["reads"] < 0:
            raise CommandError("--speed and --reads are 0 or more.")
        folder = Path(options["folder"])
        try:
            plan = make_plan(read_snapshot(folder), since=options["since"])
        except BadSnapshot as problem:
            raise CommandError(f"{problem} Nothing was changed.") from None
        try:
            report = self._replay(plan, folder, options)
        except (LostRows, Refusal, DriverError, Neo4jError, OSError) as problem:
            raise CommandError(f"The graph holds no snapshot now: {problem}") from None
        for line in lines_of(report):
            self.stdout.write(line)
        if options["undone"]:
            _write_undone(options["undone"], report)

    def _replay(self, plan: Plan, folder: Path, options: dict[str, Any]) -> Report:
        driver = finbench_driver()
        operations = with_read_writes(
            plan.operations, percent=options["read_writes"], span=options["window"] * DAY,
            thresholds={
                "amountThreshold": options["amount"], "ratioThreshold": options["ratio"],
                "threshold": options["chain"],
            },
        )  # fmt: skip
        with show_progress("loading what is older") as say:
            begin(driver)
            loaded = load_rows(
                driver, plan.older,
                progress=lambda name, count: say(f"older: {name}: {count:,} rows"),
            )  # fmt: skip
            self.stdout.write(f"older: {sum(loaded.values()):,} rows")
            total = len(plan.operations)

            def show(report: Report) -> None:
                if report.operations % 50 == 0:
                    say(f"{report.operations - report.reads:,} of {total:,} applied")

            report = run(
                driver, operations, speed=options["speed"], writes_per_read=options["reads"],
                progress=show,
            )  # fmt: skip
        finish(driver, source=f"replay of {folder.resolve()}", at=datetime.now(UTC))
        return report


def _write_undone(path: Path, report: Report) -> None:
    try:
        path.write_text("".join(f"{json.dumps(one)}\n" for one in undone_of(report)))
    except OSError as error:
        raise CommandError(f"{path}: cannot be written: {error.strerror}.") from None
