"""Several callers at the same moment, each on a connection of its own, and waiting for locks."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections

PATIENCE_SECONDS = 20.0


def at_once(works: Sequence[Callable[[], Any]], *, threads: int = 16) -> list[Any]:
    """Run the works in threads that start together; return what each returned or raised."""
    count = min(threads, len(works))
    ready = threading.Barrier(count)

    def prepare() -> None:
        connection.ensure_connection()
        ready.wait(PATIENCE_SECONDS)

    def run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:
            return error

    closing = threading.Barrier(count)
    with ThreadPoolExecutor(count, initializer=prepare) as pool:
        results = list(pool.map(run, works))
        # One closing step per thread: the barrier keeps a thread from taking two of them.
        list(pool.map(lambda _: _close(closing), range(count)))
    return results


def _close(barrier: threading.Barrier) -> None:
    barrier.wait(PATIENCE_SECONDS)
    connections.close_all()


class Rival:
    """One thread with a connection of its own, for a rival who comes at a chosen moment."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._pid: int = self.do(self._find_pid)

    def __enter__(self) -> "Rival":
        return self

    def __exit__(self, *_: object) -> None:
        self.do(connections.close_all)
        self._pool.shutdown()

    def start(self, work: Callable[[], Any]) -> Any:
        """Begin the work and return its future."""
        return self._pool.submit(work)

    def do(self, work: Callable[[], Any]) -> Any:
        """Do the work and return its result."""
        return self.start(work).result(PATIENCE_SECONDS)

    @staticmethod
    def _find_pid() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    def wait_until_blocked(self) -> None:
        """Return once the rival waits for a lock in PostgreSQL."""
        query = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with connection.cursor() as cursor:
                cursor.execute(query, [self._pid])
                if cursor.fetchone() == (True,):
                    return
            time.sleep(0.01)
        raise TimeoutError("The rival waits for nothing.")
