"""Which kinds of rows are projected into Neo4j; each app registers its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graph.statements import Statement
from outbox.services import NewEvent

# Note [Versions]
# Events may be delivered twice and out of order. Each projected row has a version that grows with
# every change that the graph shows; a statement that applies rows keeps the highest. What ends (a
# friendship, a line) stays as a row that says so, with a higher version, and is a tombstone in the
# graph: an older event that comes late cannot bring it back.

Row = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of projected row.

    `apply` is the Cypher statement that takes `$rows` (and `$people`, the ends of edges), `dump`
    the one that returns the rows as they stand in Neo4j, sorted by id; `read_all` yields from
    PostgreSQL, sorted by id, what the graph should hold. `ends` are the columns that name people. A
    rebuild writes kinds in their `order`.
    """

    name: str
    order: int
    apply: Statement
    dump: Statement
    ends: tuple[str, ...]
    read_all: Callable[[], Iterator[Row]]

    @property
    def topic(self) -> str:
        """Return the outbox topic that carries rows of this kind."""
        return f"graph.{self.name}"

    def event(self, row: Row, *, subjects: tuple[UUID, ...]) -> NewEvent:
        """Return the event that brings the row to the graph."""
        return NewEvent(
            topic=self.topic, key=UUID(row["id"]), version=row["version"], payload=row,
            subjects=subjects,
        )  # fmt: skip


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> Kind:
    """Register a projected kind."""
    if kind.name in _kinds:
        raise ValueError(f"Two kinds are called {kind.name}.")
    _kinds[kind.name] = kind
    return kind


def get_kind(topic: str) -> Kind:
    """Return the kind that a topic carries."""
    return _kinds[topic.removeprefix("graph.")]


def list_kinds() -> list[Kind]:
    """Return all kinds in the order in which a rebuild writes them."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))
