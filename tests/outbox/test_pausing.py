"""A lane that is paused delivers nothing and loses nothing."""

from datetime import datetime, timedelta
from threading import Event as Signal
from uuid import uuid4

from django.db import transaction

from outbox.delivery import deliver_due
from outbox.models import Event
from outbox.pausing import going, is_paused, paused
from outbox.registry import handle_topic
from outbox.services import NewEvent, record_all
from outbox.tasks import deliver
from tests.threads import at_once


def record_one(lane: str) -> None:
    with transaction.atomic():
        record_all([NewEvent(f"{lane}.thing", uuid4(), 1)])


def test_a_paused_lane_waits_and_goes_on_afterwards(now: datetime) -> None:
    lane = f"pause{uuid4().hex[:8]}"
    told: list[int] = []
    handle_topic(f"{lane}.thing", lambda events, at: told.append(len(events)))
    record_one(lane)
    later = now + timedelta(minutes=1)

    def elsewhere() -> tuple[bool, int, int]:
        return is_paused(lane), deliver_due(lane, clock=lambda: later), deliver(lane)

    with paused(lane):
        assert at_once([elsewhere]) == [(True, 0, 0)]
        assert told == []
        assert Event.objects.filter(lane=lane).count() == 1

    assert at_once([lambda: (is_paused(lane), deliver_due(lane, clock=lambda: later))]) == [
        (False, 1)
    ]
    assert told == [1]


def test_a_pause_begins_when_what_is_under_way_has_ended(now: datetime) -> None:
    lane = f"pause{uuid4().hex[:8]}"
    under_way, may_end = Signal(), Signal()
    order: list[str] = []

    def deliver_slowly() -> None:
        with going(lane) as goes:
            assert goes
            under_way.set()
            may_end.wait(20)
            order.append("delivered")

    def pause() -> None:
        under_way.wait(20)
        may_end.set()
        with paused(lane):
            order.append("paused")

    assert at_once([deliver_slowly, pause]) == [None, None]
    assert order == ["delivered", "paused"]
