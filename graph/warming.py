"""Running what people wait for before they do: a fresh Neo4j compiles each statement on first
use.
"""

import time

from graph.database import GraphUnavailable, ask, write
from graph.statements import Statement, list_statements

ATTEMPTS = 5


def run_once() -> int:
    """Run each statement that people wait for once; return how many. Raises GraphUnavailable."""
    statements = _hot_statements()
    for statement in statements:
        _run(statement)
    return len(statements)


def run_for(seconds: float) -> int:
    """Run the reading ones again and again, so that Java compiles them well; return how often.

    Raises GraphUnavailable.
    """
    reading = [statement for statement in _hot_statements() if statement.access == "read"]
    deadline = time.monotonic() + seconds
    runs = 0
    while time.monotonic() < deadline:
        for statement in reading:
            _run(statement)
            runs += 1
    return runs


def _hot_statements() -> list[Statement]:
    return [statement for statement in list_statements() if statement.warm is not None]


def _run(statement: Statement) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            (ask if statement.access == "read" else write)(statement, **(statement.warm or {}))
        except GraphUnavailable:
            # The very first run may take longer than a caller would wait.
            if attempt == ATTEMPTS:
                raise
            time.sleep(1)
        else:
            return
