"""Keeping Neo4j in step with PostgreSQL."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from graph.database import run_implicit, stream, write
from graph.projection import queries
from graph.projection.registry import Kind, Row, list_kinds

REBUILD_BATCH = 2_000


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
    if kind.ends:
        people = sorted({row[end] for row in ordered for end in kind.ends})
        write(kind.apply, people=people, rows=ordered)
    else:
        write(kind.apply, rows=ordered)


def prepare_schema() -> None:
    """Make the constraints that are missing. Raises GraphUnavailable."""
    for constraint in queries.CONSTRAINTS:
        run_implicit(constraint)


def rebuild(*, progress: Callable[[Kind, int], None]) -> dict[str, int]:
    """Empty the graph and fill it from PostgreSQL; return the number of rows by kind.

    Live changes may arrive meanwhile: rows are read after the graph was emptied, and the highest
    version of each wins, whoever brings it. Raises GraphUnavailable.
    """
    run_implicit(queries.DELETE_ALL)
    prepare_schema()
    written: dict[str, int] = {}
    for kind in list_kinds():
        written[kind.name] = 0
        for batch in _batches(kind.read_all()):
            apply_rows(kind=kind, rows=batch)
            written[kind.name] += len(batch)
            progress(kind, written[kind.name])
    return written


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, REBUILD_BATCH)):
        yield batch


def compare(*, kind: Kind, most: int) -> tuple[int, list[str]]:
    """Compare the graph's rows of a kind with what they should be; both sides come sorted by id.

    Returns how many rows PostgreSQL has and at most `most` differences, each as a sentence.
    """
    expected = kind.read_all()
    found = (record["row"] for record in stream(kind.dump))
    differences: list[str] = []
    count = 0
    want, have = next(expected, None), next(found, None)
    while want is not None or have is not None:
        if have is None or (want is not None and want["id"] < have["id"]):
            assert want is not None
            differences.append(f"{kind.name} {want['id']} is missing in the graph")
            count, want = count + 1, next(expected, None)
        elif want is None or have["id"] < want["id"]:
            differences.append(f"{kind.name} {have['id']} should not be in the graph")
            have = next(found, None)
        else:
            if want != have:
                differences.append(f"{kind.name} {want['id']}: should be {want}, is {have}")
            count, want, have = count + 1, next(expected, None), next(found, None)
        if len(differences) >= most:
            break
    return count, differences
