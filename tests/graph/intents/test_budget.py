"""Nobody waits longer than the budget."""

import threading
from functools import partial

import pytest

from graph.intents.budget import AT_ONCE, TooLate, within


def test_what_is_done_in_time_is_returned_and_what_fails_is_raised() -> None:
    assert within(20, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(20, lambda: 1 // 0)
    # A time-out of the work's own is not ours.
    with pytest.raises(TimeoutError, match="theirs"):
        within(20, partial(_raise, TimeoutError("theirs")))


def _raise(error: Exception) -> None:
    raise error


def test_who_waits_no_longer_leaves_the_work_to_its_end() -> None:
    begun, go, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait(20)
        done.set()

    with pytest.raises(TooLate):
        within(0.01, work)

    assert begun.wait(20)
    go.set()
    assert done.wait(20)


def test_nobody_queues_up_where_all_are_busy() -> None:
    go = threading.Event()
    for _ in range(AT_ONCE):
        with pytest.raises(TooLate):
            within(0.01, lambda: go.wait(20))
    never = threading.Event()

    with pytest.raises(TooLate):
        within(0.01, never.set)

    go.set()
    assert within(20, lambda: 7) == 7
    assert not never.is_set()
