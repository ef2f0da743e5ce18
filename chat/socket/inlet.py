"""What one socket has sent and the application has not taken yet: bounded by not reading on."""

from typing import Protocol

# More than either is left to the network, and so to the client, to keep.
MOST_FRAMES = 64
MOST_BYTES = 256 * 1024


class Source(Protocol):
    """What is used of Twisted's TCP transport."""

    def pauseProducing(self) -> None:  # noqa: N802 (Twisted's name)
        """Read no more."""

    def resumeProducing(self) -> None:  # noqa: N802
        """Read again."""


class Inlet:
    """The receiving side of one connection: pauses it while too much waits, and goes on at half of
    that.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        # At most a few more than MOST_FRAMES, so taking the first of a list costs nothing.
        self._sizes: list[int] = []
        self._bytes = 0
        self._is_paused = False

    @property
    def is_waiting(self) -> bool:
        """Tell whether frames were received that are not done with."""
        return bool(self._sizes)

    def arrive(self, size: int) -> None:
        """Count a frame that was received."""
        self._sizes.append(size)
        self._bytes += size
        if not self._is_paused and (len(self._sizes) > MOST_FRAMES or self._bytes > MOST_BYTES):
            self._is_paused = True
            self._source.pauseProducing()

    def take(self) -> None:
        """Count the oldest frame as done with."""
        if not self._sizes:
            return
        self._bytes -= self._sizes.pop(0)
        has_room = len(self._sizes) <= MOST_FRAMES // 2 and self._bytes <= MOST_BYTES // 2
        if self._is_paused and has_room:
            self._is_paused = False
            self._source.resumeProducing()
