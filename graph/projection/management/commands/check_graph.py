"""manage.py check_graph"""

import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from graph.projection.checking import compare_all, compare_counts, compare_sample, count_all
from graph.projection.registry import Kind, list_kinds, list_lanes
from outbox.delivery import deliver_due, find_next_moment

SHOWN = 20
# Up to so many rows of a kind each is looked at; beyond, so many that are drawn at random.
IN_FULL = 100_000
SAMPLE = 20_000


class Command(BaseCommand):
    """Compares Neo4j with what PostgreSQL says it should be."""

    help = (
        "Compare the live projection in Neo4j with what PostgreSQL says it should be, after waiting"
        " for events that are still on their way: how many nodes and edges there are of each kind,"
        f" and every row of kinds of up to {IN_FULL:,} rows, a random sample of larger ones. Prints"
        " what differs; exit code 1 if anything does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--wait", type=float, default=60, metavar="SECONDS",
            help="how long to wait for events on their way (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument(
            "--sample", type=int, metavar="N",
            help="look at about N rows of each kind that has more; 0 looks at every row",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait, compare, report."""
        self._wait_until_level(options["wait"])
        totals = count_all()
        differences = compare_counts(totals=totals)
        with Progress(console=Console(stderr=True), transient=True) as bar:
            for kind in list_kinds():
                said, found = _compare(kind, totals[kind.name], options["sample"], bar)
                self.stdout.write(f"{said}, {len(found) or 'no'} differences")
                differences += found
        for difference in differences:
            self.stderr.write(difference)
        if differences:
            raise CommandError("The graph differs from PostgreSQL.", returncode=1)

    def _wait_until_level(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while any(find_next_moment(lane) is not None for lane in list_lanes()):
            if time.monotonic() > deadline:
                raise CommandError(f"Events are still on their way after {seconds:g} s.")
            # Helps the worker, or does its work where none runs.
            for lane in list_lanes():
                deliver_due(lane, clock=lambda: datetime.now(UTC))
            time.sleep(0.1)


def _compare(kind: Kind, total: int, sample: int | None, bar: Progress) -> tuple[str, list[str]]:
    most = IN_FULL if sample is None else sample
    if not most or total <= most:
        task = bar.add_task(kind.name, total=total)
        found = compare_all(
            kind=kind, most=SHOWN, progress=lambda done: bar.update(task, completed=done)
        )
        return f"{kind.name}: {total:,} rows", found
    size = sample or SAMPLE
    task = bar.add_task(kind.name, total=size)
    found = compare_sample(
        kind=kind, size=size, most=SHOWN, progress=lambda done: bar.update(task, completed=done)
    )
    return f"{kind.name}: {total:,} rows, some {size:,} of them compared", found
