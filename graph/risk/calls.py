"""Calls in the form of FinBench's examples: `{"query": "TCR1", "params": {…}, "result": […]}`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graph.risk.answers import answer, get_question
from graph.risk.questions import GraphName

# A call is one of a file's, not a person's who waits at a page.
SECONDS = 60.0
ROWS = 1_000_000
TOLERANCE = 0.001
# Floats that are a thousandth apart on paper are so but for their last bits.
SLACK = 1e-9


@dataclass(frozen=True)
class Answered:
    """The rows of a call as its file has them, and how long they took."""

    rows: list[Any]
    took_ms: float


class BadCall(Exception):
    """A line of a file that is no call."""


def answer_call(
    query: str, params: Mapping[str, Any], *, graph: GraphName = "finbench"
) -> Answered:
    """Answer a call. Raises the refusals of a question."""
    question = get_question(name_of(query), graph=graph)
    found = answer(question, params, graph=graph, seconds=SECONDS, rows=ROWS)
    rows: list[Any] = [row[0] for row in found.rows] if question.is_bare else found.rows
    return Answered(rows, found.took_ms)


def name_of(query: str) -> str:
    """Return the name of the question that a call means: FinBench's own, or any in full."""
    return query if "." in query else f"finbench.{query.lower()}"


def read_calls(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any] | BadCall]]:
    """Yield each line's number and its call, or what is wrong with it; empty lines are skipped."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, _read_call(line)
            except BadCall as problem:
                yield number, problem


def _read_call(line: str) -> dict[str, Any]:
    try:
        call = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadCall(f"it is no JSON: {error}") from None
    if not isinstance(call, dict):
        raise BadCall("it is no JSON object")
    if not isinstance(call.get("query"), str):
        raise BadCall("it has no query")
    if not isinstance(call.get("params", {}), dict):
        raise BadCall("its params are no object")
    return call


def is_equal(found: Any, expected: Any) -> bool:
    """Tell whether two results are equal: decimals within 0.001, all else exactly."""
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(
            is_equal(one, other) for one, other in zip(found, expected, strict=True)
        )
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, float) or isinstance(expected, float):
        return (
            isinstance(found, int | float)
            and isinstance(expected, int | float)
            and abs(found - expected) <= TOLERANCE + SLACK
        )
    return bool(found == expected)
