"""manage.py score_month"""

import re
import time
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from graph.database import GraphUnavailable
from outbox.delivery import deliver_due
from wallet.points.scoring import MonthNotBegun, month_of, score_month


class Command(BaseCommand):
    """Scores a month for all who take part in Pay Points."""

    help = (
        "Make the Pay Points of a month for all who take part and have none of it yet. It may be"
        " broken off and run again: who has a score keeps it, and the others are scored as of the"
        " same moment. While Neo4j is away or behind it waits, because the relations part is never"
        " guessed. The beat of the service does the same each hour."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument(
            "--month", type=_month, metavar="YYYY-MM", help="which (default: this month)"
        )
        parser.add_argument(
            "--wait", type=float, default=60.0, metavar="SECONDS",
            help="how long to wait for the graph (default: %(default)s)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Score the month and say how many people got a score."""
        month: date = options["month"] or month_of(datetime.now(UTC))
        deadline = time.monotonic() + options["wait"]
        done = 0
        with Progress(
            TextColumn(f"scoring {month:%Y-%m}"), BarColumn(), MofNCompleteColumn(),
            TimeRemainingColumn(), console=Console(stderr=True),
        ) as bar:  # fmt: skip
            task = bar.add_task("", total=None)
            while True:
                try:
                    done += score_month(
                        month=month, clock=lambda: datetime.now(UTC),
                        progress=lambda scored, of: bar.update(task, completed=scored, total=of),
                    )  # fmt: skip
                    break
                except MonthNotBegun:
                    raise CommandError(f"{month:%Y-%m} has not begun.") from None
                except GraphUnavailable:
                    if time.monotonic() > deadline:
                        raise CommandError(
                            "The graph is away or behind. Who was scored keeps it; run this again"
                            " for the others."
                        ) from None
                    # Helps the worker, or does its work where none runs.
                    deliver_due("graph", clock=lambda: datetime.now(UTC))
                    time.sleep(0.5)
        self.stdout.write(f"{month:%Y-%m}: {done} people scored")


def _month(text: str) -> date:
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise ValueError
    return date.fromisoformat(f"{text}-01")


_month.__name__ = "month as YYYY-MM"
