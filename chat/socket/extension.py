"""The ASGI extension by which our server hands its connection to the application."""

from collections.abc import Callable
from typing import Protocol

CONNECTION = "kith.connection"


class DirectConnection(Protocol):
    """What the server's connection offers beyond ASGI: whole frames, joined and bounded."""

    def take(self) -> None:
        """Say that the oldest received frame is done with; the server reads on when few wait."""

    def put(self, frame: bytes, *, is_optional: bool) -> int:
        """Queue a frame, or several joined, and return how many bytes wait; an optional one (events
        that can be fetched) may be dropped.
        """

    def flush(self) -> None:
        """Write what is queued as far as the network takes it."""

    def drop_optional(self) -> None:
        """Drop the queued frames that can be fetched."""

    @property
    def waiting_bytes(self) -> int:
        """Return how much waits for the network."""

    def when_drained(self, step: Callable[[], None]) -> None:
        """Have a step called each time everything has been written."""
