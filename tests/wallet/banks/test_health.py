"""The circuit breaker of a channel, and the order in which channels are asked."""

from typing import Any

import pytest

from wallet.banks import health
from wallet.banks.health import Channel, channel_of, rank


class Clock:
    seconds = 100.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands until it is moved."""
    standing = Clock()
    monkeypatch.setattr(health, "time", standing)
    channel_of.cache_clear()
    return standing


def fail(channel: Channel, times: int) -> None:
    for _ in range(times):
        assert channel.try_enter()
        channel.leave(failed=True)


def test_three_failures_in_a_row_open_the_circuit(clock: Clock) -> None:
    channel = Channel()
    fail(channel, 2)
    assert channel.try_enter()
    channel.leave(failed=False)
    fail(channel, 2)
    assert channel.pause == 0

    fail(channel, 1)

    assert channel.pause == 1
    assert not channel.try_enter()


def test_one_payment_finds_out_and_the_others_wait(clock: Clock) -> None:
    channel = Channel()
    fail(channel, 3)
    clock.seconds += 1

    assert channel.try_enter()
    assert not channel.try_enter()
    channel.leave(failed=True)
    assert channel.pause == 2
    clock.seconds += 2
    assert channel.try_enter()
    channel.leave(failed=False)

    assert channel.pause == 0


def test_a_process_has_so_many_at_a_channel_at_once(clock: Clock, settings: Any) -> None:
    settings.BANK_PAYMENTS_AT_ONCE = 2
    channel = Channel()

    assert [channel.try_enter() for _ in range(3)] == [True, True, False]
    channel.leave(failed=False)
    assert channel.try_enter()


def test_the_least_busy_in_health_come_first_and_else_their_order_counts(clock: Clock) -> None:
    names = ["a", "b", "c", "d"]
    assert rank(names) == names

    fail(channel_of("a"), 3)
    assert channel_of("b").try_enter()

    assert rank(names) == ["c", "d", "b", "a"]
