"""Intents come and go, and of several at once the last sees the others."""

import threading
from functools import partial

import pytest

from graph.intents import services as intents
from graph.intents.services import Transfer
from tests.graph.intents.drawn import LIMITS, Drawn, count_intents
from tests.threads import at_once

pytestmark = pytest.mark.usefixtures("patient")
ROUNDS = 25


def test_an_intent_that_was_forgotten_is_gone() -> None:
    drawn = Drawn()
    drawn.pay("AB")
    intent, other = drawn.intend("BC"), drawn.intend("BD")

    intents.forget(ids=[intent.id])

    assert drawn.ring("CA") == ""
    assert (count_intents([intent.id]), count_intents([other.id])) == (0, 1)


def test_what_a_dead_process_intended_is_passed_over_and_then_swept() -> None:
    drawn = Drawn()
    drawn.pay("AB")
    dead, alive = drawn.intend("BC", seconds=-0.001), drawn.intend("BD", seconds=60)

    assert drawn.ring("CA") == ""
    assert drawn.ring("DA") == "DAB"

    assert intents.forget_ended() >= 1
    assert (count_intents([dead.id]), count_intents([alive.id])) == (0, 1)


def test_an_intent_lives_for_a_minute() -> None:
    from tests.graph.projection.rows import run

    assert intents.LIFE_SECONDS == 60
    drawn = Drawn()
    intent = drawn.intent("AB")

    intents.intend_transfer(intent=intent)

    (row,) = run(
        "MATCH ()-[one:INTENDS {id: $id}]->() RETURN one.ends_at - timestamp() AS left",
        id=intent.id,
    )
    assert 0 < row["left"] <= 60_000


def test_what_was_posted_is_neither_forgotten_nor_swept() -> None:
    from tests.graph.projection.rows import run

    drawn = Drawn()
    intent = drawn.intend("AB", seconds=-1)
    run("MATCH ()-[one:INTENDS {id: $id}]->() SET one.version = 1", id=intent.id)

    intents.forget(ids=[intent.id])
    intents.forget_ended()

    assert count_intents([intent.id]) == 1


def test_an_intent_that_is_written_twice_is_one() -> None:
    drawn = Drawn()
    intent = drawn.intent("AB")

    edges = [intents.intend_transfer(intent=intent) for _ in range(2)]

    assert edges[0] == edges[1]
    assert count_intents([intent.id]) == 1


def pay_unless_ring(intent: Transfer, passed: list[Transfer]) -> None:
    """Do what a payment does: intend, test, and then post or forget."""
    edge = intents.intend_transfer(intent=intent)
    finding = intents.examine_transfer(intent=intent, edge=edge, limits=LIMITS)
    if finding.ring:
        intents.forget(ids=[intent.id])
    else:
        passed.append(intent)


@pytest.mark.parametrize("count", [3, 4, 6])
def test_of_transfers_that_together_close_a_ring_never_all_slip_through(count: int) -> None:
    """Real threads and a real Neo4j, many rounds, each with accounts of its own."""
    letters = "ABCDEF"[:count]
    ways = [one + other for one, other in zip(letters, letters[1:] + letters[0], strict=True)]
    slipped, stopped = 0, 0
    for _ in range(ROUNDS):
        drawn, passed = Drawn(), list[Transfer]()
        found = at_once([partial(pay_unless_ring, drawn.intent(way), passed) for way in ways])
        assert found == [None] * count
        slipped += len(passed) == count
        stopped += count - len(passed)
    assert slipped == 0
    assert stopped >= ROUNDS


def test_the_last_one_sees_those_who_wait_before_their_test() -> None:
    """All commit their intent before anybody tests: each sees the others."""
    drawn, ready = Drawn(), threading.Barrier(3)

    def pay(way: str) -> str:
        intent = drawn.intent(way)
        edge = intents.intend_transfer(intent=intent)
        ready.wait(20)
        finding = intents.examine_transfer(intent=intent, edge=edge, limits=LIMITS)
        return drawn.letters(finding.ring)

    found = at_once([partial(pay, way) for way in ("AB", "BC", "CA")])

    assert found == ["ABC", "BCA", "CAB"]
