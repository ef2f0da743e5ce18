"""Calls in the form of FinBench's examples: `{"query": "TCR1", "params": {…}, "result": […]}`."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from commands.errors import Refusal
from graph.risk.answers import answer, get_question
from graph.risk.questions import GraphName, Question
from graph.risk.values import bind

# A call is one of a file's, not a person's who waits at a page.
SECONDS = 60.0
ROWS = 1_000_000
TOLERANCE = 0.001
# Floats that are a thousandth apart on paper are so but for their last bits.
SLACK = 1e-9
# As many as the cores of a small machine; a file is read so many lines at a time.
AT_ONCE, BATCH = 2, 100
SHOWN, SHORT = 20, 200


@dataclass(frozen=True)
class Answered:
    """The rows of a call as its file has them, and how long they took."""

    rows: list[Any]
    took_ms: float


class BadCall(Exception):
    """A line of a file that is no call."""


Call = dict[str, Any] | BadCall


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


def read_calls(lines: Iterable[str]) -> Iterator[tuple[int, Call]]:
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


@dataclass
class Calls:
    """Answers the calls of a file, several at once, and keeps what went wrong.

    `look` is told of each question before it is asked.
    """

    graph: GraphName
    is_checked: bool
    look: Callable[[Question, dict[str, Any], GraphName], None]
    answered: int = 0
    problems: list[str] = field(default_factory=list)
    equal: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def answer_all(self, lines: Iterable[str]) -> Iterator[str]:
        """Yield each call as a line with its result, in the order of the file."""
        calls = read_calls(lines)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while batch := list(islice(calls, BATCH)):
                for number, call, found in pool.map(self._answer, batch):
                    if (line := self._finish(number, call, found)) is not None:
                        yield line

    def _answer(self, numbered: tuple[int, Call]) -> tuple[int, Call, Answered | Refusal | None]:
        number, call = numbered
        if isinstance(call, BadCall):
            return number, call, None
        params = call.get("params", {})
        try:
            question = get_question(name_of(call["query"]), graph=self.graph)
            bind(question, params, graph=self.graph)
            self.look(question, params, self.graph)
            return number, call, answer_call(call["query"], params, graph=self.graph)
        except Refusal as refusal:
            return number, call, refusal

    def _finish(self, number: int, call: Call, found: Answered | Refusal | None) -> str | None:
        if isinstance(call, BadCall):
            self.problems.append(f"line {number}: {call}")
            return None
        query, expected = call["query"], call.get("result")
        self.seen[query] += 1
        if not isinstance(found, Answered):
            self.problems.append(f"line {number}: {query}: {found}")
            shown = found.as_json() if found else None
            return json.dumps(call | {"error": shown}, ensure_ascii=False)
        self.answered += 1
        if self.is_checked and is_equal(found.rows, expected):
            self.equal[query] += 1
        elif self.is_checked:
            self.problems.append(
                f"line {number}: {query}: should be {_shorten(expected)}, is {_shorten(found.rows)}"
            )
        answered = call | {"result": found.rows, "took_ms": found.took_ms}
        return json.dumps(answered, ensure_ascii=False)

    def report(self) -> Iterator[str]:
        """Yield what went wrong, at most so much, and how many of each query are equal."""
        yield from self.problems[:SHOWN]
        if len(self.problems) > SHOWN:
            yield f"… and {len(self.problems) - SHOWN:,} more"
        if self.is_checked:
            for query in sorted(self.seen, key=_in_numbers):
                yield f"{query}: {self.equal[query]:,} of {self.seen[query]:,} equal"


def _shorten(rows: Any) -> str:
    text = json.dumps(rows, ensure_ascii=False)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _in_numbers(query: str) -> tuple[str, int]:
    letters = query.rstrip("0123456789")
    return letters, int(query[len(letters) :] or 0)
