"""Bounded lines: what waits for one room or bank channel leaves the others their places."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from commands.errors import Busy
from commands.registry import Registration

# The field that names what a command that writes waits for, and how many may wait for one of it.
# The messages of a room are numbered one after the other; a bank takes one payment at a time for
# each of its connections.
BOUNDS = {"room": 500, "channel": 100}
RETRY_AFTER_MS = 500

Line = tuple[str, str]


class Lines:
    """How many wait in each line; used from one event loop."""

    def __init__(self) -> None:
        self._waiting: Counter[object] = Counter()

    @contextmanager
    def wait_in(self, line: object, *, most: int) -> Iterator[None]:
        """Stand in a line until the block ends. Raises Busy when so many do already."""
        if self._waiting[line] >= most:
            raise Busy(retry_after_ms=RETRY_AFTER_MS)
        self._waiting[line] += 1
        try:
            yield
        finally:
            self._waiting[line] -= 1
            if not self._waiting[line]:
                del self._waiting[line]


_lines = Lines()


@contextmanager
def stand_in_line(registration: Registration, fields: Mapping[str, Any]) -> Iterator[None]:
    """Wait, until the block ends, where a command with these fields has to. Raises Busy."""
    line = find_line(fields) if registration.writes else None
    if line is None:
        yield
        return
    with _lines.wait_in(line, most=BOUNDS[line[0]]):
        yield


def find_line(fields: Mapping[str, Any]) -> Line | None:
    """Return what a command with these fields waits for, or None."""
    for name in BOUNDS:
        if isinstance(value := fields.get(name), str):
            return name, value
    sources = fields.get("sources")
    for source in sources if isinstance(sources, list) else []:
        # A payment from several sources waits for the bank among them.
        if isinstance(source, dict) and isinstance(value := source.get("channel"), str):
            return "channel", value
    return None


def asks_bank(registration: Registration, fields: Mapping[str, Any]) -> bool:
    """Tell whether a command with these fields waits for a bank once it is carried out."""
    line = find_line(fields)
    return registration.complete is not None and line is not None and line[0] == "channel"
