"""Telling the worker that something waits; losing this only costs the second until beat looks."""

import logging

from kombu.exceptions import KombuError
from redis import RedisError

from outbox.bus import take_turn

logger = logging.getLogger(__name__)

# Within this time one wake-up is enough, unless the worker gives the turn back before.
WAKE_MILLISECONDS = 1_000


def wake_turn(lane: str) -> str:
    """Return the name of the turn to wake the worker for a lane."""
    return f"deliver:{lane}"


def wake_delivery(lane: str) -> None:
    """Ask the worker to deliver what waits in the lane, unless it was asked already and has not
    looked yet.
    """
    if not take_turn(wake_turn(lane), milliseconds=WAKE_MILLISECONDS):
        return
    from outbox.tasks import deliver

    try:
        deliver.apply_async([lane], retry=False, ignore_result=True)
    except (KombuError, RedisError, OSError) as error:
        logger.warning("could not wake the worker: %s", error)
