"""Applying operations in order of time, at a speed or as fast as they go, with reads in between."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from neo4j import Driver, Session

from commands.frames import show_moment
from graph.risk.calls import answer_call
from graph.risk.replay.plan import Operation
from graph.risk.replay.writes import TESTS, Outcome, apply_read_write, apply_write
from graph.risk.values import EPOCH

# What FinBench calls late.
LATE_SECONDS = 1.0
YEAR = 365 * 24 * 3600 * 1000


@dataclass
class Report:
    """What was done: outcomes by operation, reads, and how many started late."""

    outcomes: dict[str, Counter[Outcome]] = field(default_factory=dict)
    reads: int = 0
    late: int = 0
    seconds: float = 0.0
    # Those that did not come to be, for who compares the end with an import.
    undone: list[tuple[Operation, Outcome]] = field(default_factory=list)

    @property
    def operations(self) -> int:
        """Return how many operations there were, reads among them."""
        return self.reads + sum(sum(one.values()) for one in self.outcomes.values())

    def count(self, operation: Operation, outcome: Outcome) -> None:
        """Take down what became of an operation."""
        self.outcomes.setdefault(operation.name, Counter())[outcome] += 1
        if outcome != "written":
            self.undone.append((operation, outcome))


class Reads:
    """Reads about those that were written about last, each kind in its turn."""

    QUERIES = (*(f"TCR{number}" for number in range(1, 13)), *(f"TSR{n}" for n in range(1, 7)))
    OF_PEOPLE = ("TCR2", "TCR5", "TCR10", "TCR11", "TCR12")

    def __init__(self) -> None:
        self._turn = count()
        self._last: dict[str, list[int]] = {"account": [0, 0], "person": [0, 0], "loan": [0, 0]}

    def see(self, operation: Operation) -> None:
        """Remember whom an operation names."""
        given = operation.parameters
        for name, value in given.items():
            kind = name.partition("Id")[0]
            if "Id" in name and kind in self._last:
                self._last[kind] = [value, self._last[kind][0]]

    def next_call(self, at: int) -> tuple[str, dict[str, Any]]:
        """Return the next read, over the year before a moment."""
        query = self.QUERIES[next(self._turn) % len(self.QUERIES)]
        kind = "person" if query in self.OF_PEOPLE else "loan" if query == "TCR8" else "account"
        one, other = self._last[kind]
        params: dict[str, Any] = {"id": one}
        if query in ("TCR3", "TCR4"):
            params = {"id1": one, "id2": other}
        if query == "TCR10":
            params = {"pid1": one, "pid2": other}
        if query == "TSR1":
            return query, params
        window = {"startTime": _show(at - YEAR), "endTime": _show(at)}
        return query, params | window


def _show(at: int) -> str:
    return show_moment(EPOCH + timedelta(milliseconds=at))


def run(
    driver: Driver,
    operations: Iterable[Operation],
    *,
    speed: float,
    writes_per_read: int,
    progress: Callable[[Report], None],
) -> Report:
    """Apply operations one after the other; return what became of them.

    With a `speed` each starts no sooner than it is due, time running so many times as fast as it
    did; with 0 they go as fast as they can, and none is late. After each `writes_per_read` of them
    comes a read, with 0 never.
    """
    report, reads = Report(), Reads()
    clock = _Clock(speed)
    with driver.session() as session:
        for number, operation in enumerate(operations, start=1):
            report.late += clock.wait_until_due(operation.at)
            report.count(operation, _apply(session, operation))
            reads.see(operation)
            if writes_per_read and number % writes_per_read == 0:
                query, params = reads.next_call(operation.at)
                answer_call(query, params)
                report.reads += 1
            report.seconds = clock.elapsed()
            progress(report)
    return report


def _apply(session: Session, operation: Operation) -> Outcome:
    way = apply_read_write if operation.name in TESTS else apply_write
    return way(session, operation.name, operation.parameters)


class _Clock:
    """Time that runs `speed` times as fast, from the first operation on."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began = time.monotonic()
        self._first: int | None = None

    def elapsed(self) -> float:
        return time.monotonic() - self._began

    def wait_until_due(self, at: int) -> bool:
        """Wait until something is due; tell whether that was too long ago."""
        if not self._speed:
            return False
        if self._first is None:
            self._first = at
        due = self._began + (at - self._first) / 1000 / self._speed
        ahead = due - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        return ahead < -LATE_SECONDS


def lines_of(report: Report) -> Iterator[str]:
    """Yield a report as lines."""
    for name in sorted(report.outcomes, key=_in_numbers):
        outcomes = report.outcomes[name]
        shown = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(outcomes.items()))
        yield f"{name}: {shown}"
    yield f"reads: {report.reads:,}"
    rate = report.operations / report.seconds if report.seconds else 0.0
    yield f"{report.operations:,} operations in {report.seconds:.1f} s, {rate:,.0f} a second"
    share = 100 * report.late / report.operations if report.operations else 0.0
    yield f"started late: {share:.1f} %"
    for kind, ids in blocked_by(report).items():
        yield f"{kind} blocked by a hit: {len(ids):,}"
    yield f"edges that were not written: {len(report.undone):,}"


def blocked_by(report: Report) -> dict[str, set[int]]:
    """Return the ids that hits have blocked, by what they are of."""
    found: dict[str, set[int]] = {"accounts": set(), "persons": set()}
    for operation, outcome in report.undone:
        if outcome == "hit":
            kind = "persons" if operation.name == "TRW3" else "accounts"
            found[kind] |= {operation.parameters["srcId"], operation.parameters["dstId"]}
    return {kind: ids for kind, ids in found.items() if ids}


def undone_of(report: Report) -> Iterator[dict[str, Any]]:
    """Yield what did not come to be, as JSON shows it: with it, and with who was blocked by it, an
    import of the whole differs from the end of a replay in nothing.
    """
    for operation, outcome in report.undone:
        names = ("srcId", "dstId") if operation.name in TESTS else tuple(operation.parameters)
        named = {
            name: str(operation.parameters[name])
            for name in names
            if name.endswith(("Id", "Id1", "Id2"))
        }
        yield {"operation": operation.name, "outcome": outcome, "time": _show(operation.at)} | named


def _in_numbers(name: str) -> tuple[int, int]:
    letters = name.rstrip("0123456789")
    return len(letters), int(name[len(letters) :])
