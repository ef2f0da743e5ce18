"""manage.py graph_lag"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from graph.projection.lag import is_being_rebuilt, measure_lag


class Command(BaseCommand):
    """Says how far Neo4j is behind."""

    help = (
        "Say for each lane of the outbox that leads to Neo4j how many events are on their way and"
        " how old the oldest is: `graph` carries people, friendships and trust lines, `money` all"
        " else. Exit code 1 when one is older than --most, or a rebuild was begun and has not"
        " ended."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--most", type=float, default=60, metavar="SECONDS",
            help="how old an event may be (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and say."""
        lags = measure_lag(at=datetime.now(UTC))
        incomplete = is_being_rebuilt()
        if options["json"]:
            said = {"lanes": [asdict(lag) for lag in lags], "incomplete": incomplete}
            self.stdout.write(json.dumps(said))
        else:
            for lag in lags:
                self.stdout.write(
                    f"{lag.lane}: {lag.waiting:,} on their way, the oldest since"
                    f" {lag.oldest_seconds:.1f} s{', paused' if lag.paused else ''}"
                )
        if incomplete:
            raise CommandError("The graph is incomplete: rebuild_graph is under way, or died.")
        late = [lag.lane for lag in lags if lag.oldest_seconds > options["most"]]
        if late:
            raise CommandError(f"Too far behind: {', '.join(late)}.")
