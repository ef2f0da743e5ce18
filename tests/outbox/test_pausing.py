"""A lane that is paused delivers nothing and loses nothing."""

from datetime import datetime, timedelta
from threading import Event as Signal
from uuid import uuid4

import pytest
from django.db import transaction

from outbox import pausing
from outbox.delivery import deliver_due
from outbox.models import Event
from outbox.pausing import LaneBusy, going, is_paused, paused
from outbox.registry import handle_topic
from outbox.services import NewEvent, record_all
from outbox.tasks import deliver
from tests.threads import Rival, at_once


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


def test_nobody_begins_once_a_pause_is_waited_for() -> None:
    lane = f"pause{uuid4().hex[:8]}"
    with Rival() as rival, Rival() as other:
        with going(lane):
            assert not other.do(lambda: is_paused(lane))
            pause = rival.start(lambda: pause_for_a_moment(lane))
            rival.wait_until_blocked()

            assert other.do(lambda: is_paused(lane))
        assert pause.result(20) is None
        assert not other.do(lambda: is_paused(lane))


def pause_for_a_moment(lane: str) -> None:
    with paused(lane):
        pass


def test_a_pause_that_would_wait_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lane, other = sorted(f"pause{uuid4().hex[:8]}" for _ in range(2))
    monkeypatch.setattr(pausing, "PATIENCE", "50ms")

    with going(other), Rival() as rival:
        with pytest.raises(LaneBusy, match=f"in the lane {other} has not ended within 50ms"):
            rival.do(lambda: pause_for_both(lane, other))

        # Nothing is left paused.
        assert not is_paused(lane)
        assert not is_paused(other)


def pause_for_both(*lanes: str) -> None:
    with paused(*lanes):
        raise AssertionError("It must not come to that.")
