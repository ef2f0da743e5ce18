"""Of a lane that is told in turn one worker at a time delivers, and no event waits for a wake-up
that nobody sends.
"""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from outbox import delivery, registry, tasks
from outbox.advisory import try_alone
from outbox.bus import forget_turn, take_turn
from outbox.models import Event
from outbox.registry import Recorded, is_told_in_turn
from outbox.tasks import deliver
from outbox.wake import wake_turn
from tests.outbox.conftest import Lane
from tests.threads import Rival


@pytest.fixture
def woken(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Have the lane told in turn, and note how long after each task another is to come."""
    monkeypatch.setattr(registry, "_in_turn", {*registry._in_turn, lane.name})
    sent: list[float] = []
    monkeypatch.setattr(
        tasks.deliver, "apply_async", lambda args, countdown=0.0, **_: sent.append(countdown)
    )
    yield sent
    forget_turn(wake_turn(lane.name))


def holds_turn(lane: Lane) -> bool:
    return not take_turn(wake_turn(lane.name), milliseconds=60_000)


def test_the_graph_is_told_in_turn_and_rooms_are_not() -> None:
    assert [is_told_in_turn(lane) for lane in ("chat", "graph", "money")] == [False, True, True]


def test_a_second_worker_leaves_the_lane_to_the_first(lane: Lane, woken: list[float]) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def handle(events: Sequence[Recorded], at: datetime) -> None:
        lane.told.extend(event.version for event in events)
        begun.set()
        may_end.wait(20)

    lane.handle(handle)
    lane.record(1)
    with Rival() as rival:
        first = rival.start(lambda: deliver(lane.name))
        begun.wait(20)
        lane.record(2, first=1)

        assert deliver(lane.name) == 0
        assert lane.told == [0]

        may_end.set()
        # Also of what came meanwhile.
        assert first.result(20) == 3
    assert lane.told == [0, 1, 2]


def test_who_delivers_keeps_the_turn_and_gives_it_back_at_the_end(
    lane: Lane, woken: list[float]
) -> None:
    held: list[bool] = []
    lane.handle(lambda events, at: held.append(holds_turn(lane)))
    lane.record(1)
    # The commit took it to wake the worker.
    assert holds_turn(lane)

    assert deliver(lane.name) == 1

    assert held == [True]
    assert not holds_turn(lane)


def test_what_was_committed_when_the_turn_was_still_taken_is_not_left_behind(
    lane: Lane, woken: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes after the last look for what is due, and wakes nobody."""
    lane.listen()
    lane.record(1)
    late = iter([lambda: lane.record(1, first=1)])

    def forget(name: str) -> None:
        for record in late:
            record()
        forget_turn(name)

    monkeypatch.setattr(tasks, "forget_turn", forget)

    assert deliver(lane.name) == 2
    assert lane.told == [0, 1]


def test_what_comes_while_who_delivers_rests_is_told_together(
    lane: Lane, woken: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[list[int]] = []
    lane.handle(lambda events, at: batches.append([event.version for event in events]))
    coming = iter([3, 1])

    def rest(end: float, claimed: int) -> bool:
        for first in range(10 * len(batches), 10 * len(batches) + next(coming, 0)):
            lane.record(1, first=first)
        return True

    monkeypatch.setattr(tasks, "_rest", rest)
    lane.record(1)

    assert deliver(lane.name) == 5
    assert batches == [[0], [10, 11, 12], [20]]


def test_after_a_batch_of_many_nobody_rests(
    lane: Lane, woken: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    lane.listen()
    rested = []
    monkeypatch.setattr(delivery, "BATCH", tasks.FEW)
    monkeypatch.setattr(tasks, "sleep", lambda _: rested.append(len(lane.told)))
    count = 2 * tasks.FEW + 1
    lane.record(count)

    assert deliver(lane.name) == count
    assert rested == [count]


def test_a_run_ends_in_time_and_leaves_the_rest_to_another(
    lane: Lane, woken: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events may come without an end: each of these brings another."""
    told: list[int] = []

    def handle(events: Sequence[Recorded], at: datetime) -> None:
        told.extend(event.version for event in events)
        lane.record(1, first=len(told))

    lane.handle(handle)
    monkeypatch.setattr(tasks, "LONGEST_SECONDS", 0.0)
    lane.record(1)
    woken.clear()

    assert deliver(lane.name) == 1
    assert told == [0]
    assert [*lane.waiting()] == [1]
    assert woken == [0.01]
    assert not holds_turn(lane)


def test_what_somebody_has_locked_is_looked_at_again_in_a_moment(
    lane: Lane, woken: list[float]
) -> None:
    lane.listen()
    lane.record(1)
    woken.clear()
    with Rival() as rival, transaction.atomic():
        Event.objects.select_for_update().get(lane=lane.name)

        assert rival.do(lambda: deliver(lane.name)) == 0
    assert woken == [0.01]


def test_what_has_to_wait_for_less_than_a_second_is_looked_at_then(
    lane: Lane, woken: list[float]
) -> None:
    lane.listen()
    lane.record(1)
    woken.clear()
    due = datetime.now(UTC) + timedelta(hours=1)
    Event.objects.filter(lane=lane.name).update(not_before=due)

    assert deliver(lane.name) == 0
    assert woken == []


def test_a_lane_that_is_not_told_in_turn_is_delivered_by_all(lane: Lane) -> None:
    lane.listen()
    lane.record(1)

    with Rival() as rival, try_alone("outbox deliverer", lane.name) as alone:
        assert alone
        assert rival.do(lambda: deliver(lane.name)) == 1
