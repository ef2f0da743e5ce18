"""Work that nobody waits for."""

import asyncio
from collections.abc import Awaitable
from typing import Any

# The loop itself keeps only weak references to tasks.
_tasks: set[asyncio.Future[Any]] = set()


def spawn(work: Awaitable[Any]) -> None:
    """Have the running loop do the work beside everything else."""
    task = asyncio.ensure_future(work)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
