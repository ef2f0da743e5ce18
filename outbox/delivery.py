"""Taking events from the table and telling their handlers, at least once each."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection
from pydantic_core import from_json

from commands.arrays import column
from outbox.models import Event
from outbox.pausing import going
from outbox.registry import Recorded, TargetAway, get_handler

logger = logging.getLogger(__name__)

Claimed = tuple[Recorded, int]
BATCH = 1_000
# How long a worker has for its batch before another may take it: it may have died.
LEASE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(seconds=60)
AWAY_PAUSE = timedelta(seconds=1)

# Note [Claiming events]
# "id greater than my cursor" would lose events, since ids commit out of order. A claim takes rows
# nobody else has locked, moves their `not_before` into the future and commits, so that no row lock
# is held while a handler talks to Neo4j or Redis. A worker that dies leaves rows that come due
# again by themselves.
CLAIM = """
    UPDATE outbox_event SET not_before = %(until)s, attempts = LEAST(attempts + 1, 1000)
    WHERE id IN (
        SELECT id FROM outbox_event WHERE lane = %(lane)s AND not_before <= %(at)s
        ORDER BY not_before, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    )
    RETURNING id, topic, key, version, payload, attempts
"""


def deliver_due(
    lane: str, *, clock: Callable[[], datetime], between: Callable[[int], bool] = lambda _: True
) -> int:
    """Deliver what is due in a lane until nothing is, or it is paused; return how many events were
    delivered. `between` is told after each batch how many it had, and tells whether to go on.
    """
    delivered = 0
    while True:
        # See Note [Pausing a lane].
        with going(lane) as goes:
            if not goes or not (batch := _claim(lane, clock())):
                return delivered
            by_topic: dict[str, list[Claimed]] = defaultdict(list)
            for claimed in batch:
                by_topic[claimed[0].topic].append(claimed)
            for topic, events in by_topic.items():
                delivered += _tell(topic, events, clock())
        if not between(len(batch)):
            return delivered


def find_next_moment(lane: str) -> datetime | None:
    """Return when the next event of a lane comes due, or None when nothing waits."""
    waiting = Event.objects.filter(lane=lane).order_by("not_before")
    return waiting.values_list("not_before", flat=True).first()


def _claim(lane: str, at: datetime) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"lane": lane, "at": at, "until": at + LEASE, "batch": BATCH})
        rows = cursor.fetchall()
    # RETURNING has no order of its own.
    rows.sort(key=lambda row: row[0])
    return [
        (Recorded(event_id, topic, key, version, from_json(payload)), attempts)
        for event_id, topic, key, version, payload, attempts in rows
    ]


def _tell(topic: str, events: Sequence[Claimed], at: datetime) -> int:
    batch = [recorded for recorded, _ in events]
    try:
        later = get_handler(topic)(batch, at)
    except TargetAway as away:
        logger.info("%s waits: %s", topic, away)
        _postpone(batch, at + AWAY_PAUSE)
        return 0
    except Exception:
        if len(events) > 1:
            # One of them is at fault; the others need not wait for it.
            return sum(_tell(topic, [event], at) for event in events)
        attempts = events[0][1]
        pause = min(timedelta(milliseconds=100) * 2 ** min(attempts, 12), LONGEST_PAUSE)
        logger.exception("%s %s could not be delivered; waits %s", topic, batch[0].key, pause)
        _postpone(batch, at + pause)
        return 0
    waiting = later.events if later else {}
    _forget(event.id for event in batch if event.id not in waiting)
    for event_id, moment in waiting.items():
        Event.objects.filter(id=event_id).update(not_before=moment)
    return len(batch) - len(waiting)


def _forget(event_ids: Iterable[int]) -> None:
    # A queryset would open a transaction around it.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM outbox_event WHERE id = ANY(%s::bigint[])", [column(event_ids)])


def _postpone(batch: Sequence[Recorded], until: datetime) -> None:
    Event.objects.filter(id__in=[event.id for event in batch]).update(not_before=until)
