"""Steps after the commit, wake-ups, and the bus between processes."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.db import transaction

from config.engines.ports import find_free_port
from outbox.after_commit import run_after_commit
from outbox.bus import (
    AWAY_SECONDS,
    Bus,
    forget_turn,
    pack,
    publish,
    publish_after_commit,
    take_turn,
    unpack,
)


def test_a_step_runs_once_the_transaction_has_committed() -> None:
    done: list[str] = []
    with transaction.atomic():
        run_after_commit(lambda: done.append("step"))
        assert done == []

    assert done == ["step"]


def test_a_step_without_a_transaction_runs_at_once() -> None:
    done: list[str] = []

    run_after_commit(lambda: done.append("step"))

    assert done == ["step"]


def test_a_step_of_a_transaction_that_was_rolled_back_never_runs() -> None:
    done: list[str] = []
    with transaction.atomic():
        with transaction.atomic():
            run_after_commit(lambda: done.append("inner"))
            transaction.set_rollback(True)
        run_after_commit(lambda: done.append("outer"))

    assert done == ["outer"]


def test_a_step_that_fails_neither_hides_the_commit_nor_stops_the_next() -> None:
    done: list[str] = []

    def fail() -> None:
        raise ZeroDivisionError

    with transaction.atomic():
        run_after_commit(fail)
        run_after_commit(lambda: done.append("next"))

    assert done == ["next"]


@pytest.fixture
def topic() -> str:
    return f"kith:test:{uuid4()}"


@pytest.fixture
def listener(topic: str) -> Iterator[redis.client.PubSub]:
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as pubsub:
        pubsub.subscribe(topic)
        assert hear(pubsub) == ("subscribe", 1)
        yield pubsub


def hear(pubsub: redis.client.PubSub) -> tuple[str, object]:
    message = pubsub.get_message(timeout=10)
    assert message is not None
    return message["type"], message["data"]


def test_bytes_are_published_after_the_commit_in_their_order(
    topic: str, listener: redis.client.PubSub
) -> None:
    with transaction.atomic():
        publish_after_commit(topic, b"first")
        publish_after_commit(topic, b"second")
        publish(topic, b"before the commit")

    assert [hear(listener) for _ in range(3)] == [
        ("message", b"before the commit"),
        ("message", b"first"),
        ("message", b"second"),
    ]


def test_a_payload_is_a_header_and_the_very_bytes_of_the_frame() -> None:
    frame = '{"text": "a\\nb 二"}'.encode()

    assert unpack(pack(frame, seq=5, left=None)) == ({"seq": 5, "left": None}, frame)
    assert unpack(pack(b"")) == ({}, b"")


def test_a_turn_is_taken_once_until_it_is_forgotten() -> None:
    name = str(uuid4())

    assert take_turn(name, milliseconds=60_000)
    assert not take_turn(name, milliseconds=60_000)
    forget_turn(name)
    assert take_turn(name, milliseconds=60_000)


def test_a_bus_that_is_away_costs_one_look_in_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away = Bus(f"redis://127.0.0.1:{find_free_port()}/0")
    looks: list[str] = []
    ask = away._client.ping

    def look() -> object:
        looks.append("ping")
        return ask()

    monkeypatch.setattr(away._client, "ping", look)

    assert [away.ask("ping") for _ in range(3)] == [None, None, None]
    assert looks == ["ping"]

    assert time.monotonic() < away._away_until <= time.monotonic() + AWAY_SECONDS
    away._away_until = 0.0
    assert away.ask("ping") is None
    assert looks == ["ping", "ping"]
