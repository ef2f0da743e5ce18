"""The lock of who fills the graph anew."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from graph.projection.errors import AlreadyRebuilding

# A session's lock, which ends with the connection: who dies leaves nothing behind.
_ALL = "hashtext('graph rebuild'), 0"


@contextmanager
def rebuilding_alone() -> Iterator[None]:
    """Keep others from filling the graph anew meanwhile. Raises AlreadyRebuilding."""
    if not _ask(f"SELECT pg_try_advisory_lock({_ALL})"):
        raise AlreadyRebuilding()
    try:
        yield
    finally:
        _ask(f"SELECT pg_advisory_unlock({_ALL})")


def _ask(statement: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return bool(cursor.fetchone()[0])
