"""Celery entry points of the outbox."""

from datetime import UTC, datetime
from functools import partial
from time import monotonic, sleep

from celery import shared_task

from outbox.advisory import try_alone
from outbox.bus import forget_turn
from outbox.delivery import deliver_due, find_next_moment
from outbox.pausing import is_paused
from outbox.registry import is_told_in_turn, list_lanes
from outbox.wake import wake_turn

# Note [Gathering]
# A transaction of Neo4j's costs nearly as much for one event as for ten, and so do the claim and
# the end of a batch. So the first event is told at once; after a batch of a few, who delivers a
# lane in turn rests for a moment and tells together what came meanwhile. Where many come they have
# gathered by themselves. Events may come without an end, a run that rests has a thread of the
# worker's, and one that is told to stop waits for what it has begun: so after a while a run ends by
# itself, and another goes on.
FEW = 16
REST_SECONDS = 0.05
LONGEST_SECONDS = 1.0

# Note [Waking the worker]
# Whoever commits an event takes the turn to wake the worker, and wakes it only if nobody had it. So
# the worker must give the turn back, and look once more after that: what was committed before is
# seen, and what comes later wakes it. In a lane that is told in turn the one who delivers keeps the
# turn as long as there is something, since each wake-up meanwhile would find that somebody delivers
# already. Elsewhere it goes back before the first look: a handler may be slow, and another worker
# need not wait for it.


@shared_task
def deliver(lane: str) -> int:
    """Deliver the events of a lane that are due, and come back for those due within a second. Where
    only one may deliver, do nothing if somebody does, and leave after a while what is left to the
    next run.
    """
    if not is_told_in_turn(lane):
        forget_turn(wake_turn(lane))
        delivered = deliver_due(lane, clock=_now)
        _come_back(lane)
        return delivered
    delivered, end = 0, monotonic() + LONGEST_SECONDS
    while True:
        with try_alone("outbox deliverer", lane) as alone:
            if not alone:
                # They look again after they have let go.
                return delivered
            # See Note [Gathering].
            found = deliver_due(lane, clock=_now, between=partial(_rest, end))
        delivered += found
        # See Note [Waking the worker].
        forget_turn(wake_turn(lane))
        if monotonic() >= end or not (found and _find_wait(lane) == 0):
            _come_back(lane)
            return delivered


def _rest(end: float, claimed: int) -> bool:
    """Let events gather after a few; tell whether it is early enough to look for them."""
    if monotonic() >= end:
        return False
    if claimed < FEW:
        sleep(REST_SECONDS)
    return True


def _find_wait(lane: str) -> float | None:
    """Return the seconds until an event of the lane is due, or None when nothing waits for that."""
    if is_paused(lane) or (upcoming := find_next_moment(lane)) is None:
        return None
    return max((upcoming - _now()).total_seconds(), 0.0)


def _come_back(lane: str) -> None:
    wait = _find_wait(lane)
    if wait is not None and wait < 1:
        deliver.apply_async([lane], countdown=max(wait, 0.01), retry=False)


def _now() -> datetime:
    return datetime.now(UTC)


@shared_task
def deliver_all() -> None:
    """Look into every lane: for wake-ups that were lost, and events that had to wait."""
    for lane in list_lanes():
        deliver.apply_async([lane], retry=False)
