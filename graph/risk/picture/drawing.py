"""Which part of the graph a picture shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from graph.risk.answers import Answer, answer, ask_in_time
from graph.risk.around import BETWEEN, EDGE, OWNERS
from graph.risk.questions import Question
from graph.risk.values import show
from graph.statements import Statement

# Between so many nodes there are rarely more kinds of edges than this.
EDGES = 5_000


@dataclass(frozen=True)
class Picture:
    """The part of the graph that an answer is about: `found` are the nodes that the answer names,
    `rows` say what lies between those and their owners, in the columns of `around.one`; a row
    without a target is a node without edges. `more` says that something was left out.
    """

    question: Question
    found: list[str]
    rows: list[list[Any]]
    more: bool

    @property
    def people(self) -> set[UUID]:
        """Return the people in it."""
        columns = [column.name for column in EDGE]
        places = [
            (columns.index(f"{end}Id"), columns.index(f"{end}Kind")) for end in ("source", "target")
        ]
        return {
            UUID(row[id_at])
            for row in self.rows
            for id_at, kind_at in places
            if row[kind_at] == "Person"
        }


def draw(question: Question, parameters: Mapping[str, Any]) -> Picture:
    """Return the part of the live graph that the answer to a question is about.

    Raises Malformed, TookTooLong, GraphUnavailable.
    """
    found = answer(question, parameters, graph="live")
    named = list(dict.fromkeys(_ids_of(found, parameters)))
    most = settings.RISK_PICTURE_NODES
    owners, _ = _ask(OWNERS, named[:most])
    rows, are_more = _ask(BETWEEN, [*named[:most], *(row["ownerId"] for row in owners)])
    shown = [[show(column, row[column.name]) for column in EDGE] for row in rows]
    return Picture(question, named[:most], shown, found.more or len(named) > most or are_more)


def _ask(statement: Statement, ids: list[str]) -> tuple[list[dict[str, Any]], bool]:
    return ask_in_time(statement, {"ids": ids}, graph="live", rows=EDGES)


def _ids_of(found: Answer, parameters: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids that a question was put about, and those that its answer names."""
    for parameter in found.question.parameters:
        given = parameters.get(parameter.name)
        if parameter.kind == "id" and given is not None:
            yield str(UUID(str(given)))
    kinds = [column.kind for column in found.question.columns]
    for row in found.rows:
        for kind, value in zip(kinds, row, strict=True):
            if kind == "id" and value is not None:
                yield value
            elif kind == "ids" and value is not None:
                yield from value
