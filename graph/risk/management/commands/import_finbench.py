"""manage.py import_finbench"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from neo4j.exceptions import DriverError, Neo4jError

from graph.risk.answers import finbench_driver
from graph.risk.progress import show_progress
from graph.risk.snapshots.loading import LostRows, load_snapshot
from graph.risk.snapshots.reading import BadSnapshot, read_snapshot


class Command(BaseCommand):
    """Loads a FinBench snapshot into a Neo4j of its own."""

    help = (
        "Load a snapshot of LDBC FinBench (a folder of .csv or .csv.gz files) into a second Neo4j"
        " under KITH_DATA, apart from the live graph, in place of the snapshot that is there. It is"
        " read and judged as a whole before anything is changed. That Neo4j runs only as long as a"
        " command uses it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the folder."""
        parser.add_argument(
            "folder", metavar="DIR", help="folder with Person.csv.gz and the others"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, load, report."""
        folder = Path(options["folder"])
        with show_progress("reading") as say:
            try:
                snapshot = read_snapshot(folder)
                say("emptying the graph")
                written = load_snapshot(
                    finbench_driver(), snapshot, source=str(folder.resolve()),
                    progress=lambda name, count: say(f"{name}: {count:,} rows"),
                )  # fmt: skip
            except BadSnapshot as problem:
                raise CommandError(f"{problem} Nothing was changed.") from None
            except (LostRows, DriverError, Neo4jError, OSError) as problem:
                raise CommandError(f"The graph holds no snapshot now: {problem}") from None
        for name, count in written.items():
            self.stdout.write(f"{name}: {count:,} rows")
        for label, rows in snapshot.made_up.items():
            if rows:
                self.stdout.write(f"{label}: {len(rows):,} made up, because rows name them")
