"""Comparing Neo4j with what PostgreSQL says it should be."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from graph.database import stream
from graph.projection.postgres import count_rows, draw_ids, read_all, read_rows
from graph.projection.queries import COUNT_ALL
from graph.projection.registry import Kind, Node, Row, list_kinds

PAGE = 5_000
# A sample looks at the rows that follow each one that was drawn, too: those that should not be
# there are found only among Neo4j's own.
RUN = 10
# No id is lower, and what follows an id is above it and below the next one.
LOWEST, FOLLOWS = "", "0"

Progress = Callable[[int], None]


def compare_counts(*, totals: Mapping[str, int]) -> list[str]:
    """Return where the numbers of nodes and edges differ from those of PostgreSQL's rows by kind,
    each as a sentence. What is of no kind at all is found as well.
    """
    # What there is none of has no row.
    found = defaultdict(int, ((row["name"], row["found"]) for row in stream(COUNT_ALL)))
    expected = {"nodes": 0, "edges": 0}
    for kind in list_kinds():
        for part in kind.parts:
            expected[part.name] = totals[kind.name]
            expected["nodes" if isinstance(part, Node) else "edges"] += totals[kind.name]
    return [
        f"{name}: should be {number:,}, are {found[name]:,}"
        for name, number in expected.items()
        if found[name] != number
    ]


def count_all() -> dict[str, int]:
    """Return how many rows of each kind PostgreSQL has."""
    return {kind.name: count_rows(kind=kind) for kind in list_kinds()}


def compare_all(*, kind: Kind, most: int, progress: Progress = lambda _: None) -> list[str]:
    """Compare all rows of a kind; return at most `most` differences, each as a sentence."""
    expected, found = read_all(kind=kind), _dump_all(kind)
    differences: list[str] = []
    count = 0
    want, have = next(expected, None), next(found, None)
    while (want is not None or have is not None) and len(differences) < most:
        if have is None or (want is not None and want["id"] < have["id"]):
            assert want is not None
            differences.append(_missing(kind, want["id"]))
            want = next(expected, None)
        elif want is None or have["id"] < want["id"]:
            differences.append(_stray(kind, have["id"]))
            have = next(found, None)
        else:
            if want != have:
                differences.append(_differs(kind, want, have))
            want, have = next(expected, None), next(found, None)
        count += 1
        progress(count)
    return differences


def _dump_all(kind: Kind) -> Iterator[Row]:
    first = LOWEST
    while page := dump(kind=kind, first=first, limit=PAGE):
        yield from page
        first = page[-1]["id"] + FOLLOWS


def dump(*, kind: Kind, first: str = LOWEST, limit: int = PAGE) -> list[Row]:
    """Return rows of a kind as they stand in Neo4j, by id, from the first id on."""
    return [record["row"] for record in stream(kind.dump, first=first, limit=limit)]


def compare_sample(
    *, kind: Kind, size: int, most: int, progress: Progress = lambda _: None
) -> list[str]:
    """Compare about `size` rows of a kind, drawn at random; return at most `most` differences, each
    as a sentence.
    """
    starts = draw_ids(kind=kind, count=-(-size // RUN))
    found: dict[str, Row] = {}
    for number, start in enumerate(starts, 1):
        found |= {row["id"]: row for row in dump(kind=kind, first=start, limit=RUN)}
        progress(number * RUN)
    # After what was found: an id that is drawn stands in both, unless the graph lacks it.
    expected = read_rows(kind=kind, ids=[*starts, *found])
    differences = [_missing(kind, row_id) for row_id in expected if row_id not in found]
    for row_id, have in found.items():
        if (want := expected.get(row_id)) is None:
            differences.append(_stray(kind, row_id))
        elif want != have:
            differences.append(_differs(kind, want, have))
    return differences[:most]


def _missing(kind: Kind, row_id: str) -> str:
    return f"{kind.name} {row_id} is missing in the graph"


def _stray(kind: Kind, row_id: str) -> str:
    return f"{kind.name} {row_id} should not be in the graph"


def _differs(kind: Kind, want: Row, have: Row) -> str:
    return f"{kind.name} {want['id']}: should be {want}, is {have}"
