"""Holding a lane's delivery back for a while, without losing what is recorded meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Note [Pausing a lane]
# Who delivers holds a shared advisory lock for each batch, from before the claim until what was
# delivered is deleted; who pauses takes the same lock alone. So a pause begins when nothing is
# under way, and ends with the connection, however its process dies. Nobody waits at a paused lane:
# events stay where they are, and the next round of beat looks again.
_LANE = "hashtext('outbox lane'), hashtext(%s)"
# A batch that is under way may have a slow target.
PATIENCE = "120s"


@contextmanager
def going(lane: str) -> Iterator[bool]:
    """Keep the lane from being paused, and tell whether it goes; False while it is paused."""
    goes = _ask(f"SELECT pg_try_advisory_lock_shared({_LANE})", lane)
    try:
        yield goes
    finally:
        if goes:
            _ask(f"SELECT pg_advisory_unlock_shared({_LANE})", lane)


def is_paused(lane: str) -> bool:
    """Tell whether somebody has paused the lane."""
    with going(lane) as goes:
        return not goes


@contextmanager
def paused(*lanes: str) -> Iterator[None]:
    """Deliver nothing in the lanes; what was under way has ended when this begins."""
    held: list[str] = []
    try:
        for lane in sorted(lanes):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
                try:
                    cursor.execute(f"SELECT pg_advisory_lock({_LANE})", [lane])
                finally:
                    cursor.execute("RESET lock_timeout")
            held.append(lane)
        yield
    finally:
        for lane in held:
            _ask(f"SELECT pg_advisory_unlock({_LANE})", lane)


def _ask(statement: str, lane: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [lane])
        return bool(cursor.fetchone()[0])
