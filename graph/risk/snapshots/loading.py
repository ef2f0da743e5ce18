"""Loading a snapshot into the second Neo4j, in place of the one that is there."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from neo4j import Driver

from graph.risk.snapshots import tables
from graph.risk.snapshots.reading import Row, Snapshot
from graph.statements import Statement

BATCH = 5_000

Progress = Callable[[str, int], None]


class LostRows(Exception):
    """The graph took fewer rows than it was given."""


class NoSnapshot(Exception):
    """No snapshot was loaded, or none as a whole."""


def load_snapshot(
    driver: Driver, snapshot: Snapshot, *, source: str, progress: Progress
) -> dict[str, int]:
    """Replace what the graph holds by a snapshot; return how many rows of each table it took.

    From the first change to the last row the graph is said to hold none, so that half of one never
    answers. Raises LostRows.
    """
    begin(driver)
    written = load_rows(driver, snapshot, progress=progress)
    finish(driver, source=source, at=datetime.now(UTC))
    return written


def begin(driver: Driver) -> None:
    """Remove what is there, and make the constraints that are missing."""
    run(driver, tables.FORGET)
    with driver.session() as session:
        # It manages its own transactions.
        session.run(tables.EMPTY.text).consume()
        for constraint in tables.CONSTRAINTS:
            session.run(constraint.text).consume()


def load_rows(driver: Driver, snapshot: Snapshot, *, progress: Progress) -> dict[str, int]:
    """Add the rows of a snapshot, nodes first; return how many of each table. Raises LostRows."""
    written: dict[str, int] = {}
    for table in tables.NODES:
        written[table.name] = _load(
            driver, table.load, table.name, snapshot.rows[table.name], progress
        )
    for label, statement in tables.MADE_UP.items():
        _load(driver, statement, f"{label} (made up)", snapshot.made_up[label], progress)
    for table in tables.EDGES:
        written[table.name] = _load(
            driver, table.load, table.name, snapshot.rows[table.name], progress
        )
    return written


def finish(driver: Driver, *, source: str, at: datetime) -> None:
    """Say that a snapshot is there as a whole."""
    run(driver, tables.FINISH, source=source, at=at.isoformat(timespec="seconds"))


def require_snapshot(driver: Driver) -> str:
    """Return where the snapshot that is there came from. Raises NoSnapshot."""
    found = run(driver, tables.FIND)
    if not found:
        raise NoSnapshot(
            "No snapshot is there as a whole; `manage.py import_finbench DIR` loads one."
        )
    return str(found[0]["source"])


def count_all(driver: Driver) -> dict[str, int]:
    """Return how many nodes and edges of each kind there are."""
    return {row["name"]: row["count"] for row in run(driver, tables.COUNT)}


def run(driver: Driver, statement: Statement, **parameters: Any) -> list[dict[str, Any]]:
    """Run a statement in a transaction of its own, again where it met a deadlock."""
    text = statement.text

    def work(transaction: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = transaction.run(text, parameters).data()
        return rows

    with driver.session() as session:
        return session.execute_write(work)


def _load(
    driver: Driver, statement: Statement, name: str, rows: Iterable[Row], progress: Progress
) -> int:
    total = 0
    for batch in _batches(rows):
        ((written),) = (row["written"] for row in run(driver, statement, rows=batch))
        # An end that is not there would drop its edge without a word.
        if written != len(batch):
            raise LostRows(f"{name}: the graph took {written:,} of {len(batch):,} rows.")
        total += written
        progress(name, total)
    return total


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch
