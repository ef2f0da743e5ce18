"""Advisory locks of a session: they end with the connection, however its process dies."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection

# Two numbers: what the lock is about, and which of those.
_KEY = "hashtext(%s), hashtext(%s)"


def try_alone(about: str, which: str = "") -> AbstractContextManager[bool]:
    """Hold the lock alone if nobody holds it, and tell whether that is so. Who holds it already, on
    the same connection, gets it again.
    """
    return _try("", about, which)


def try_shared(about: str, which: str = "") -> AbstractContextManager[bool]:
    """Hold the lock with others unless somebody holds it alone or waits for that, and tell whether
    that is so.
    """
    return _try("_shared", about, which)


@contextmanager
def _try(kind: str, about: str, which: str) -> Iterator[bool]:
    got = _ask(f"SELECT pg_try_advisory_lock{kind}({_KEY})", about, which)
    try:
        yield got
    finally:
        if got:
            _ask(f"SELECT pg_advisory_unlock{kind}({_KEY})", about, which)


def wait_alone(about: str, which: str = "", *, patience: str) -> None:
    """Take the lock alone, however long others hold it; raise OperationalError (lock not available)
    after a time as PostgreSQL writes it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])
        try:
            cursor.execute(f"SELECT pg_advisory_lock({_KEY})", [about, which])
        finally:
            cursor.execute("RESET lock_timeout")


def let_go(about: str, which: str = "") -> None:
    """Give back what `wait_alone` took."""
    _ask(f"SELECT pg_advisory_unlock({_KEY})", about, which)


def _ask(statement: str, about: str, which: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [about, which])
        return bool(cursor.fetchone()[0])
