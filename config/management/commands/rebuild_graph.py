"""manage.py rebuild_graph"""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.bars import Bars, showing_bars
from config.engines.graph_import import NewStore
from config.engines.instance import Instance
from config.engines.problems import EngineProblem
from graph.database import GraphUnavailable, forget_driver
from graph.projection.checking import count_all
from graph.projection.exporting import export_all
from graph.projection.registry import Kind, list_kinds, list_lanes
from graph.projection.services import (
    RebuildUnderWay,
    forget_rebuild,
    rebuild,
    rebuilding_alone,
)
from graph.warming import run_once
from outbox.pausing import LaneBusy, paused

# Up to so many rows it is quicker to write them than to make a store.
ONLINE_UP_TO = 100_000


class Command(BaseCommand):
    """Fills Neo4j anew from PostgreSQL."""

    help = (
        "Fill Neo4j anew from PostgreSQL; the service may go on meanwhile. Ends in the same graph"
        " as the live projection, which `manage.py check_graph` proves. A Neo4j of our own gets a"
        " new store, which is made aside and takes the place of the old one in the end; one that"
        " NEO4J_URI names, and a small graph, is emptied and written in batches, and limits come"
        " from PostgreSQL until that is done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--online", action="store_true", help="write batches in any case")
        how.add_argument("--offline", action="store_true", help="make a new store in any case")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild with progress, and say how many rows of each kind there are."""
        is_given = Instance.is_given("neo4j")
        if options["offline"] and is_given:
            raise CommandError("NEO4J_URI names a Neo4j that is not ours; only --online can do.")
        is_large = sum(count_all().values()) > ONLINE_UP_TO
        is_aside = options["offline"] or (is_large and not is_given and not options["online"])
        started = time.monotonic()
        try:
            with rebuilding_alone(), showing_bars() as bars:
                written = _make_aside(bars) if is_aside else _write(bars)
        except (EngineProblem, GraphUnavailable, LaneBusy, RebuildUnderWay) as problem:
            raise CommandError(str(problem)) from None
        for name, rows in written.items():
            self.stdout.write(f"{name}: {rows:,} rows")
        self.stdout.write(f"rebuilt in {time.monotonic() - started:.0f} s")


def _write(bars: Bars) -> dict[str, int]:
    def show(kind: Kind, done: int, total: int) -> None:
        bars.show(kind.name, done, total)

    return rebuild(progress=show)


def _make_aside(bars: Bars) -> dict[str, int]:
    """Make a new store of what PostgreSQL has at one moment. What changes from then on waits in the
    outbox until the store is used.
    """
    store = NewStore(Instance.current())
    with paused(*list_lanes()):
        files = export_all(folder=store.files, progress=bars.show)
        arguments = [file.argument for file in files if file.rows]
        store.load(arguments, say=bars.say, progress=bars.show)
        store.finish(
            expected={file.part.name: file.rows for file in files}, say=bars.say,
            progress=bars.show,
        )  # fmt: skip
        bars.show("restarting Neo4j", 0, None)
        store.put_in_place(say=bars.say)
        forget_driver()
        run_once()
        # What an earlier one may have left half done is whole now.
        forget_rebuild()
        bars.show("restarting Neo4j", 1, 1)
    rows = {file.kind.name: file.rows for file in files}
    return {kind.name: rows[kind.name] for kind in list_kinds()}
