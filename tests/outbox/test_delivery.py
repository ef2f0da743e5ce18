"""Events are delivered at least once, whoever dies, fails or comes at the same moment."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from outbox import delivery
from outbox.delivery import AWAY_PAUSE, LEASE, LONGEST_PAUSE, deliver_due, find_next_moment
from outbox.models import Event
from outbox.registry import Later, Recorded, TargetAway, list_lanes
from outbox.services import NewEvent, record
from tests.outbox.conftest import Lane
from tests.threads import at_once


def test_an_event_is_told_once_and_forgotten(lane: Lane) -> None:
    seen: list[Recorded] = []
    lane.handle(lambda events, at: seen.extend(events))
    key, person = uuid4(), uuid4()
    with transaction.atomic():
        record(NewEvent(lane.topic(), key, 7, {"a": [1, "二"]}, subjects=(person,)))
    assert Event.objects.get(lane=lane.name).subjects == [person]

    assert deliver_due(lane.name, clock=lane.clock()) == 1
    assert deliver_due(lane.name, clock=lane.clock()) == 0

    assert [(event.topic, event.key, event.version, event.payload) for event in seen] == [
        (lane.topic(), key, 7, {"a": [1, "二"]})
    ]
    assert lane.waiting() == {}


def test_an_event_that_was_rolled_back_is_never_told(lane: Lane) -> None:
    lane.listen()
    with transaction.atomic():
        record(NewEvent(lane.topic(), uuid4(), 1))
        transaction.set_rollback(True)

    assert deliver_due(lane.name, clock=lane.clock()) == 0
    assert lane.told == []


def test_an_event_outside_a_transaction_is_refused(lane: Lane) -> None:
    with pytest.raises(AssertionError, match="outside a transaction"):
        record(NewEvent(lane.topic(), uuid4(), 1))

    assert lane.waiting() == {}


def test_nothing_to_record_needs_no_transaction() -> None:
    record()


def test_more_events_than_one_batch_are_all_told_in_their_order(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 3)
    lane.listen()
    lane.record(8)

    assert deliver_due(lane.name, clock=lane.clock()) == 8

    assert lane.told == list(range(8))


def test_two_workers_at_once_tell_each_event_once(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 5)
    # Both workers have taken a batch before either tells anybody.
    both = threading.Barrier(2)
    told: list[tuple[int, int]] = []
    first_time = threading.local()

    def handle(events: Sequence[Recorded], at: datetime) -> None:
        if not hasattr(first_time, "over"):
            first_time.over = True
            both.wait(20)
        told.extend((threading.get_ident(), event.version) for event in events)

    lane.handle(handle)
    lane.record(40)

    counts = at_once([lambda: deliver_due(lane.name, clock=lane.clock())] * 2)

    assert sum(counts) == 40
    assert sorted(version for _, version in told) == list(range(40))
    assert len({worker for worker, _ in told}) == 2


def test_rows_that_somebody_has_locked_are_passed_over(lane: Lane) -> None:
    lane.listen()
    lane.record(3)
    with transaction.atomic():
        Event.objects.select_for_update().get(lane=lane.name, version=1)

        assert at_once([lambda: deliver_due(lane.name, clock=lane.clock())]) == [2]

    assert sorted(lane.told) == [0, 2]
    assert list(lane.waiting()) == [1]


def test_a_failing_event_does_not_hold_up_its_neighbours(lane: Lane) -> None:
    def handle(events: Sequence[Recorded], at: datetime) -> None:
        if any(event.version == 2 for event in events):
            raise ValueError("number two is wrong")
        lane.told.extend(event.version for event in events)

    lane.handle(handle)
    lane.record(5)

    assert deliver_due(lane.name, clock=lane.clock()) == 4

    assert lane.told == [0, 1, 3, 4]
    assert lane.waiting() == {2: lane.at + timedelta(milliseconds=200)}


def test_the_pauses_of_a_failing_event_grow_up_to_a_minute(lane: Lane) -> None:
    def fail(events: Sequence[Recorded], at: datetime) -> None:
        raise ValueError

    lane.handle(fail)
    lane.record(1)

    pauses = []
    for _ in range(12):
        deliver_due(lane.name, clock=lane.clock())
        (due,) = lane.waiting().values()
        pauses.append(due - lane.at)
        lane.at = due

    expected = [timedelta(milliseconds=100) * 2**attempt for attempt in range(1, 13)]
    assert pauses == [min(pause, LONGEST_PAUSE) for pause in expected]


def test_an_event_without_a_handler_waits(lane: Lane) -> None:
    lane.record(1)

    assert deliver_due(lane.name, clock=lane.clock()) == 0

    assert list(lane.waiting()) == [0]


def test_everything_waits_while_the_target_is_away(lane: Lane) -> None:
    calls: list[int] = []

    def handle(events: Sequence[Recorded], at: datetime) -> None:
        calls.append(len(events))
        if len(calls) == 1:
            raise TargetAway("gone for lunch")

    lane.handle(handle)
    lane.record(3)

    assert deliver_due(lane.name, clock=lane.clock()) == 0
    assert lane.waiting() == dict.fromkeys(range(3), lane.at + AWAY_PAUSE)
    assert deliver_due(lane.name, clock=lane.clock(AWAY_PAUSE)) == 3

    # One look found out that it is away; nobody was asked for each event apart.
    assert calls == [3, 3]


def test_what_a_dead_worker_took_comes_due_again(lane: Lane) -> None:
    def die(events: Sequence[Recorded], at: datetime) -> None:
        raise SystemExit

    with pytest.MonkeyPatch.context() as context:
        from outbox import registry

        context.setitem(registry._handlers, lane.topic(), die)
        lane.record(2)
        with pytest.raises(SystemExit):
            deliver_due(lane.name, clock=lane.clock())
    lane.listen()

    a_moment = timedelta(microseconds=1)
    assert deliver_due(lane.name, clock=lane.clock(LEASE - a_moment)) == 0
    assert deliver_due(lane.name, clock=lane.clock(LEASE)) == 2
    assert lane.told == [0, 1]


def test_a_handler_may_put_events_off(lane: Lane) -> None:
    pause = timedelta(seconds=3)

    def handle(events: Sequence[Recorded], at: datetime) -> Later:
        early = [event for event in events if event.version % 2 and at < lane.at + pause]
        lane.told.extend(event.version for event in events if event not in early)
        return Later({event.id: lane.at + pause for event in early})

    lane.handle(handle)
    lane.record(4)

    assert deliver_due(lane.name, clock=lane.clock()) == 2
    assert lane.waiting() == dict.fromkeys((1, 3), lane.at + pause)
    assert find_next_moment(lane.name) == lane.at + pause
    assert deliver_due(lane.name, clock=lane.clock(pause)) == 2
    assert lane.told == [0, 2, 1, 3]
    assert find_next_moment(lane.name) is None


def test_lanes_are_delivered_apart(lane: Lane) -> None:
    def away(events: Sequence[Recorded], at: datetime) -> None:
        raise TargetAway

    other = Lane()
    lane.handle(away)
    other.listen()
    lane.record(1)
    other.record(1)

    assert deliver_due(other.name, clock=lane.clock()) == 1

    assert (lane.told, other.told) == ([], [0])
    assert {lane.name, other.name} <= set(list_lanes())


def test_topics_of_one_lane_are_told_apart(lane: Lane) -> None:
    seen: dict[str, list[int]] = {}

    def handle(events: Sequence[Recorded], at: datetime) -> None:
        (topic,) = {event.topic for event in events}
        seen[topic] = [event.version for event in events]

    lane.handle(handle, "one")
    lane.handle(handle, "two")
    lane.record(2, topic="one")
    lane.record(2, topic="two", first=10)

    assert deliver_due(lane.name, clock=lane.clock()) == 4

    assert seen == {lane.topic("one"): [0, 1], lane.topic("two"): [10, 11]}


def test_two_handlers_for_one_topic_are_refused(lane: Lane) -> None:
    lane.listen()

    with pytest.raises(ValueError, match="Two handlers"):
        lane.listen()


def test_a_handler_that_dies_after_its_work_meets_the_event_again(lane: Lane) -> None:
    """At least once: the event is deleted after it was told, not before."""
    dying = [True]

    def handle(events: Sequence[Recorded], at: datetime) -> None:
        lane.told.extend(event.version for event in events)
        if dying.pop():
            raise SystemExit

    lane.handle(handle)
    lane.record(1)
    with pytest.raises(SystemExit):
        deliver_due(lane.name, clock=lane.clock())
    dying.append(False)

    assert deliver_due(lane.name, clock=lane.clock(LEASE)) == 1
    assert lane.told == [0, 0]
