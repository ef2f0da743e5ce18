"""Celery entry points of the outbox."""

from datetime import UTC, datetime

from celery import shared_task

from outbox.bus import forget_turn
from outbox.delivery import deliver_due, find_next_moment
from outbox.pausing import is_paused
from outbox.registry import list_lanes


@shared_task
def deliver(lane: str) -> int:
    """Deliver all events of a lane that are due, and come back for those due within a second."""
    # Before the look, so that an event recorded during it wakes us again.
    forget_turn(f"deliver:{lane}")
    delivered = deliver_due(lane, clock=lambda: datetime.now(UTC))
    if is_paused(lane):
        return delivered
    upcoming = find_next_moment(lane)
    if upcoming is not None:
        wait = (upcoming - datetime.now(UTC)).total_seconds()
        if wait < 1:
            deliver.apply_async([lane], countdown=max(wait, 0.01), retry=False)
    return delivered


@shared_task
def deliver_all() -> None:
    """Look into every lane: for wake-ups that were lost, and events that had to wait."""
    for lane in list_lanes():
        deliver.apply_async([lane], retry=False)
