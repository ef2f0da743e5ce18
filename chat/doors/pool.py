"""The threads in which commands run: few, each with a connection to PostgreSQL of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections

from commands.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")

# More than this waiting would be answered too late to be of use.
MOST_WAITING = 2_000
_waiting = 0


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.DB_THREADS, thread_name_prefix="command")


async def run_in_pool(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run blocking work on one of the threads and return its result. Raises Busy when too much
    waits.
    """
    global _waiting
    if _waiting >= MOST_WAITING:
        raise Busy(retry_after_ms=1000)
    _waiting += 1
    try:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_pool(), partial(_work, partial(work, *args, **kwargs)))
    finally:
        _waiting -= 1


def _work(work: Callable[[], R]) -> R:
    # Drops connections that broke, so that the next command gets a fresh one.
    close_old_connections()
    return work()
