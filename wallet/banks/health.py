"""How the channels do, as this process has seen it: who is busy here, and who had better be left
alone for a while.
"""

import threading
import time
from collections.abc import Iterable
from functools import cache

from django.conf import settings

# So many failures in a row open the circuit: for a second, then twice as long each time.
FAILURES = 3
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class Channel:
    """One channel: how many payments of ours it works on, and its circuit breaker.

    While the circuit is open nobody asks; afterwards one payment is let through, and the others
    wait for what becomes of it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work = 0
        self._failures = 0
        self._open_until = 0.0
        self._is_tried = False

    def try_enter(self) -> bool:
        """Take a place and tell whether there was one; `leave` gives it back."""
        with self._lock:
            if self._at_work >= settings.BANK_PAYMENTS_AT_ONCE or self._pause() > 0:
                return False
            if self._failures >= FAILURES:
                self._is_tried = True
            self._at_work += 1
            return True

    def leave(self, *, failed: bool) -> None:
        """Give the place back, and note whether the bank was away or silent."""
        with self._lock:
            self._at_work -= 1
            self._is_tried = False
            if not failed:
                self._failures = 0
                return
            self._failures += 1
            if self._failures >= FAILURES:
                pause = min(FIRST_PAUSE * 2 ** (self._failures - FAILURES), LONGEST_PAUSE)
                self._open_until = time.monotonic() + pause

    @property
    def pause(self) -> float:
        """Return for how many seconds nobody should ask."""
        with self._lock:
            return self._pause()

    def _pause(self) -> float:
        if self._failures < FAILURES:
            return 0.0
        # Somebody is finding out just now.
        return max(self._open_until - time.monotonic(), FIRST_PAUSE if self._is_tried else 0.0)

    @property
    def load(self) -> float:
        """Return how much of its places is taken, from 0 to 1."""
        return self._at_work / settings.BANK_PAYMENTS_AT_ONCE


@cache
def channel_of(name: str) -> Channel:
    """Return what is known of a channel."""
    return Channel()


def rank(names: Iterable[str]) -> list[str]:
    """Return the channels as they should be asked: those in health first, the least busy of them
    first, and in their own order where nothing else tells.
    """
    return sorted(names, key=lambda name: (channel_of(name).pause > 0, channel_of(name).load))
