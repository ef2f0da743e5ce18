"""manage.py check_graph"""

import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from graph.projection.registry import list_kinds
from graph.projection.services import compare
from outbox.delivery import deliver_due, find_next_moment

SHOWN = 20


class Command(BaseCommand):
    """Compares Neo4j with what PostgreSQL says it should be."""

    help = (
        "Compare the live projection in Neo4j, row by row, with what PostgreSQL says it should be,"
        " after waiting for events that are still on their way. Prints what differs; exit code 1 if"
        " anything does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option."""
        parser.add_argument(
            "--wait", type=float, default=60, metavar="SECONDS",
            help="how long to wait for events on their way (default: %(default)s)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait, compare, report."""
        self._wait_until_level(options["wait"])
        differences: list[str] = []
        for kind in list_kinds():
            count, found = compare(kind=kind, most=SHOWN)
            self.stdout.write(f"{kind.name}: {count:,} rows, {len(found) or 'no'} differences")
            differences += found
        for difference in differences:
            self.stderr.write(difference)
        if differences:
            raise CommandError("The graph differs from PostgreSQL.", returncode=1)

    def _wait_until_level(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while find_next_moment("graph") is not None:
            if time.monotonic() > deadline:
                raise CommandError(f"Events are still on their way after {seconds:g} s.")
            # Helps the worker, or does its work where none runs.
            deliver_due("graph", clock=lambda: datetime.now(UTC))
            time.sleep(0.1)
