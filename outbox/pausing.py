"""Holding a lane's delivery back for a while, without losing what is recorded meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from psycopg.errors import LockNotAvailable

from outbox.advisory import let_go, try_shared, wait_alone

# Note [Pausing a lane]
# Who delivers holds a shared advisory lock for each batch, from before the claim until what was
# delivered is deleted; who pauses takes the same lock alone. So a pause begins when nothing is
# under way, and ends with the connection, however its process dies. Nobody waits at a paused lane:
# events stay where they are, and the next round of beat looks again. Once somebody waits to
# have the lock alone nobody else gets it, so a long piece of work that lets go of it now and then
# gives way to a pause.
LANE = "outbox lane"
# A batch that is under way may have a slow target.
PATIENCE = "120s"


class LaneBusy(Exception):
    """What is under way in a lane has not ended in time, so it cannot be paused."""

    def __init__(self, lane: str) -> None:
        super().__init__(
            f"What is being delivered in the lane {lane} has not ended within {PATIENCE};"
            " please try again."
        )


@contextmanager
def going(lane: str) -> Iterator[bool]:
    """Keep the lane from being paused, and tell whether it goes; False while it is paused."""
    with try_shared(LANE, lane) as goes:
        yield goes


def is_paused(lane: str) -> bool:
    """Tell whether somebody has paused the lane."""
    with going(lane) as goes:
        return not goes


@contextmanager
def paused(*lanes: str) -> Iterator[None]:
    """Deliver nothing in the lanes; what was under way has ended when this begins. Raises LaneBusy
    when that takes too long.
    """
    held: list[str] = []
    try:
        for lane in sorted(lanes):
            _pause(lane)
            held.append(lane)
        yield
    finally:
        for lane in held:
            let_go(LANE, lane)


def _pause(lane: str) -> None:
    try:
        wait_alone(LANE, lane, patience=PATIENCE)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise LaneBusy(lane) from error
        raise
