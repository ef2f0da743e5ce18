"""Putting a question to a graph: bounded in time and rows, and unable to write."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from neo4j import Driver

from graph.database import GraphUnavailable, TimedOut, ask_some, connect, driver
from graph.risk.errors import TookTooLong, UnknownQuestion
from graph.risk.questions import GraphName, Question, find_question
from graph.risk.values import bind, show
from graph.statements import Statement

# A Neo4j that has not met a statement yet compiles it first: for seconds, where much else goes on.
# Who asks at that moment waits for it, instead of being told to ask for less.
COMPILE_SECONDS = 10.0
_met: set[tuple[GraphName, str]] = set()


@dataclass(frozen=True)
class Answer:
    """Rows in column order, whether there are more, and how long the graph took."""

    question: Question
    rows: list[list[Any]]
    more: bool
    took_ms: float


@cache
def finbench_driver() -> Driver:
    """Return this process's driver of the second Neo4j."""
    return connect(settings.FINBENCH_URI, "neo4j", settings.FINBENCH_PASSWORD)


def driver_of(graph: GraphName) -> Driver:
    """Return the driver of a graph."""
    return driver() if graph == "live" else finbench_driver()


def get_question(name: str, *, graph: GraphName) -> Question:
    """Return the question of that name. Raises UnknownQuestion where the graph has none."""
    question = find_question(name)
    if question is None or graph not in question.graphs:
        raise UnknownQuestion(name=name[:80], graph=graph)
    return question


def answer(
    question: Question,
    parameters: Mapping[str, Any],
    *,
    graph: GraphName,
    seconds: float | None = None,
    rows: int | None = None,
) -> Answer:
    """Put a question to a graph; `seconds` and `rows` bound it, by default as the settings say.

    Raises Malformed with the parameter at fault, TookTooLong, GraphUnavailable.
    """
    bound = bind(question, parameters, graph=graph)
    most = settings.RISK_ROWS if rows is None else rows
    began = time.perf_counter()
    found, more = ask_in_time(question.statement, bound, graph=graph, seconds=seconds, rows=most)
    took = (time.perf_counter() - began) * 1000
    shown = [
        [show(column, row[column.name]) for column in question.columns] for row in found
    ]  # fmt: skip
    return Answer(question, shown, more, round(took, 3))


def ask_in_time(
    statement: Statement,
    parameters: Mapping[str, Any],
    *,
    graph: GraphName,
    rows: int,
    seconds: float | None = None,
) -> tuple[list[dict[str, Any]], bool]:
    """Return at most so many rows of a statement, and whether there are more.

    Without `seconds` it may take as long as the settings say, and COMPILE_SECONDS more where this
    process has not asked it of that graph before. Raises TookTooLong, GraphUnavailable.
    """
    allowed = settings.RISK_SECONDS if seconds is None else seconds
    if seconds is None and (graph, statement.name) not in _met:
        allowed += COMPILE_SECONDS
    try:
        found = ask_some(statement, parameters, driver=driver_of(graph), seconds=allowed, rows=rows)
    except TimedOut:
        _met.add((graph, statement.name))
        raise TookTooLong(seconds=allowed) from None
    except GraphUnavailable:
        # It may come back as one that has met nothing.
        _met.clear()
        raise
    _met.add((graph, statement.name))
    return found
