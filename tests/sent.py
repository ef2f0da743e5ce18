"""What goes to PostgreSQL, message by message."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.db import connection


def list_sent(work: Callable[[], object], to: Path) -> Counter[str]:
    """Return the messages to PostgreSQL while something is done, as libpq counts them."""
    with to.open("wb") as file:
        pgconn = connection.connection.pgconn
        pgconn.trace(file.fileno())
        try:
            work()
        finally:
            pgconn.untrace()
    # A statement of several lines goes on in lines that have no columns.
    lines = [line.split("\t") for line in to.read_text().splitlines()]
    return Counter(line[3] for line in lines if len(line) > 3 and line[1] == "F")


def count_ways(work: Callable[[], object], to: Path) -> int:
    """Return how often PostgreSQL is waited for while something is done."""
    sent = list_sent(work, to)
    return sent["Query"] + sent["Sync"]
