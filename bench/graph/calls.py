"""Commands as the doors carry them out, and how long they take."""

import itertools
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pydantic_core


def call(person_id: UUID, name: str, **fields: Any) -> Any:
    """Send a command as JSON and return its result; raises the refusal it meets."""
    from commands.execute import execute
    from commands.parsing import parse_command, parse_object
    from commands.registry import Caller, get_registration

    registration = get_registration(name)
    frame = parse_object(pydantic_core.to_json(fields))
    caller = Caller(at=datetime.now(UTC), person_id=person_id, command_id=uuid4())
    answer = execute(registration, parse_command(registration, frame), caller)
    return pydantic_core.from_json(answer.result)


def time_each(
    work: Callable[[Any], Any], items: Sequence[Any], *, seconds: float
) -> tuple[list[float], list[Any]]:
    """Return how many milliseconds each item took, and what came of it; the items again and again
    until the time is over, and each at least once unless ten times the time is.
    """
    took: list[float] = []
    results = []
    begun = time.perf_counter()
    for place in itertools.count():
        start = time.perf_counter()
        passed = start - begun
        if passed > 10 * seconds or (passed > seconds and place >= len(items)):
            return took, results
        results.append(work(items[place % len(items)]))
        took.append((time.perf_counter() - start) * 1000)
    raise AssertionError("unreachable")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of all values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(name: str, took: Sequence[float]) -> dict[str, float]:
    """Return p50 and p99 by name."""
    return {
        f"{name}, p50 ms": percentile(took, 0.5),
        f"{name}, p99 ms": percentile(took, 0.99),
    }
