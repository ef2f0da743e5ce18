"""Which kinds of rows are projected into Neo4j; each app registers its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from graph.statements import Statement
from outbox.services import NewEvent

# Note [Versions]
# Events may be delivered twice and out of order. Each projected row has a version that grows with
# every change that the graph shows; a statement that applies rows keeps the highest. What ends (a
# friendship, a line, a guarantee) stays as a row that says so, with a higher version, and is a
# tombstone in the graph: an older event that comes late cannot bring it back.

Row = dict[str, Any]
Type = Literal["string", "long", "boolean"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Node:
    """The node that a row is: its labels, the first of which its id is unique among, and the
    columns that it keeps.
    """

    labels: tuple[str, ...]
    columns: Mapping[str, Type]

    @property
    def name(self) -> str:
        """Return what rows of this kind are counted as."""
        return self.labels[-1]


@dataclass(frozen=True)
class Edge:
    """The edge that a row is, or hangs on its node: its type, the labels of its ends and the
    columns that name them, and the columns that it keeps, as properties of other names where
    `renamed` says so.
    """

    type: str
    start: tuple[str, str]
    end: tuple[str, str]
    columns: Mapping[str, Type]
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what rows of this kind are counted as."""
        return self.type


@dataclass(frozen=True)
class Kind:
    """One kind of projected row.

    `select` is the SQL that yields from PostgreSQL what the graph should hold, with an `id` and a
    `version`; live events carry the same columns. `apply` is the Cypher statement that takes
    `$batch.rows`, and beside them by the names in `locks` the ids of the nodes that it locks, which
    stand in those columns; `dump` returns `$limit` rows as they stand in Neo4j from the id `$first`
    on, by id. `parts` say what a row is in the graph, for a bulk load. A rebuild writes kinds in
    their `order`.
    """

    name: str
    order: int
    select: str
    parts: tuple[Node | Edge, ...]
    apply: Statement
    dump: Statement
    locks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # What people wait for (limits) is delivered apart from what comes in great numbers (money).
    lane: str = "graph"

    @property
    def topic(self) -> str:
        """Return the outbox topic that carries rows of this kind."""
        return f"{self.lane}.{self.name}"

    def event(self, row: Row, *, subjects: tuple[UUID, ...]) -> NewEvent:
        """Return the event that brings the row to the graph."""
        return NewEvent(
            topic=self.topic, key=UUID(row["id"]), version=row["version"], payload=row,
            subjects=subjects,
        )  # fmt: skip


def milliseconds(moment: datetime) -> int:
    """Return a moment as the graph keeps it: milliseconds since 1970, UTC, rounded down."""
    # Not by timestamp(), whose fractions are off by one now and then.
    return (moment - EPOCH) // timedelta(milliseconds=1)


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> Kind:
    """Register a projected kind."""
    if kind.name in _kinds:
        raise ValueError(f"Two kinds are called {kind.name}.")
    _kinds[kind.name] = kind
    return kind


def get_kind(topic: str) -> Kind:
    """Return the kind that a topic carries."""
    return _kinds[topic.partition(".")[2]]


def list_kinds() -> list[Kind]:
    """Return all kinds in the order in which a rebuild writes them."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))


def list_lanes() -> list[str]:
    """Return the outbox lanes that lead to the graph."""
    return sorted({kind.lane for kind in _kinds.values()})
