"""Keeping Neo4j in step with PostgreSQL."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from graph.database import run_implicit, write
from graph.projection import queries
from graph.projection.models import Rebuild
from graph.projection.postgres import count_rows, read_all
from graph.projection.registry import Kind, Row, list_kinds
from outbox.advisory import try_alone

REBUILD_BATCH = 5_000
Progress = Callable[[Kind, int, int], None]


class RebuildUnderWay(Exception):
    """Somebody else fills the graph anew at the moment."""

    def __init__(self) -> None:
        super().__init__("Another rebuild of the graph is under way; let it end first.")


def apply_rows(*, kind: Kind, rows: Iterable[Row]) -> None:
    """Write rows of one kind; of several versions of a row the highest counts. Raises
    GraphUnavailable.
    """
    newest: dict[str, Row] = {}
    for row in rows:
        known = newest.get(row["id"])
        if known is None or known["version"] < row["version"]:
            newest[row["id"]] = row
    ordered = [newest[row_id] for row_id in sorted(newest)]
    # See Note [One plan for all sizes].
    write(kind.apply, batch=_locks(kind.locks, ordered) | {"rows": ordered})


def _locks(locks: Mapping[str, tuple[str, ...]], rows: list[Row]) -> dict[str, list[Any]]:
    return {
        name: sorted({row[column] for row in rows for column in columns})
        for name, columns in locks.items()
    }


def prepare_schema() -> None:
    """Make the constraints and indexes that are missing. Raises GraphUnavailable."""
    for statement in schema_statements():
        run_implicit(queries.SCHEMA, text=statement)


def schema_statements() -> list[str]:
    """Return what makes each constraint and index."""
    return [part.strip() for part in queries.SCHEMA.text.split(";") if part.strip()]


def rebuild(*, progress: Progress) -> dict[str, int]:
    """Empty the graph and fill it from PostgreSQL; return the number of rows by kind. `progress`
    gets a kind, rows done and rows to come.

    Live changes may arrive meanwhile: rows are read after the graph was emptied, and the highest
    version of each wins, whoever brings it. Limits come from PostgreSQL until it is through, also
    when it dies in the middle: then the next one repairs what this one left. Raises
    GraphUnavailable.
    """
    note_rebuild()
    run_implicit(queries.DELETE_ALL)
    prepare_schema()
    written: dict[str, int] = {}
    for kind in list_kinds():
        written[kind.name], total = 0, count_rows(kind=kind)
        progress(kind, 0, total)
        for batch in _batches(read_all(kind=kind)):
            apply_rows(kind=kind, rows=batch)
            written[kind.name] += len(batch)
            progress(kind, written[kind.name], total)
    forget_rebuild()
    return written


@contextmanager
def rebuilding_alone() -> Iterator[None]:
    """Keep others from rebuilding the graph meanwhile. Raises RebuildUnderWay when one of them is
    at it.
    """
    # Whoever ended first would say that the graph is whole, and delete what the other has written.
    with try_alone("graph rebuild") as alone:
        if not alone:
            raise RebuildUnderWay()
        yield


def note_rebuild() -> None:
    """Note that the graph is incomplete from now on."""
    Rebuild.objects.get_or_create(id=Rebuild.ONLY)


def forget_rebuild() -> None:
    """Note that the graph is whole."""
    Rebuild.objects.all().delete()


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, REBUILD_BATCH)):
        yield batch
