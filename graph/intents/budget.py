"""Work that nobody waits for longer than a budget."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import BoundedSemaphore
from typing import TypeVar

R = TypeVar("R")

# Fewer than the driver has connections: others ask Neo4j too.
AT_ONCE = 8
_free = BoundedSemaphore(AT_ONCE)


class TooLate(Exception):
    """The budget is over; what was begun still runs to its end."""


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="intents")


def within(seconds: float, work: Callable[[], R]) -> R:
    """Return what the work returns, or raise what it raises, within so many seconds.

    Raises TooLate when they are over: the work, if it was begun, goes on without anybody waiting,
    and must end by itself. It may not use PostgreSQL.
    """
    deadline = time.monotonic() + seconds
    # Nothing queues up behind a Neo4j that is slow: who finds all busy has waited long enough.
    if not _free.acquire(timeout=seconds):
        raise TooLate
    future = _pool().submit(_release_after, work)
    try:
        return future.result(max(0.0, deadline - time.monotonic()))
    except TimeoutError:
        # What the work itself has raised is told by its being done.
        if future.done() and future.exception() is not None:
            raise
        raise TooLate from None


def _release_after(work: Callable[[], R]) -> R:
    try:
        return work()
    finally:
        _free.release()
