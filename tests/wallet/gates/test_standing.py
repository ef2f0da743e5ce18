"""An intent stands from before it is posted until the transfer itself is in the graph."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests.people import level_graph
from tests.wallet.gates.rings import (
    GATED,
    Ring,
    count_paid,
    deliver,
    end_life,
    findings,
    intent_of,
    is_held,
    sees_ring,
)  # fmt: skip
from tests.wallet.graphed.pictures import differences
from tests.wallet.screening.judging import decide, make_officers
from tests.wallet.transfers.offers import sweep
from wallet.gates import services as gates
from wallet.screening.models import Review

pytestmark = pytest.mark.usefixtures("patient")


def test_it_stands_through_all_steps_and_becomes_the_transfer(now: datetime) -> None:
    ring = Ring(at=now)
    ring.accept("AB", ring.send("AB"))
    level_graph()
    payer, payee = ring.account("B"), ring.account("C")

    transfer = ring.send("BC")
    assert sees_ring(ring, "CA")
    assert intent_of(transfer)["version"] == 0

    deliver("intents")
    posted = intent_of(transfer)
    assert (posted["version"], posted["live"], "ends_at" in posted) == (1, True, False)
    assert sees_ring(ring, "CA")

    ring.accept("BC", transfer)
    assert (intent_of(transfer)["live"], count_paid(payer, payee)) == (True, 0)
    assert sees_ring(ring, "CA")

    # One transaction ends it and makes the transfer's edge; the transfer's own event finds it.
    deliver("intents")
    assert (intent_of(transfer)["live"], count_paid(payer, payee)) == (False, 1)
    assert sees_ring(ring, "CA")

    deliver("money")
    assert (intent_of(transfer)["live"], count_paid(payer, payee)) == (False, 1)
    assert sees_ring(ring, "CA")
    assert differences() == []


def test_it_becomes_the_transfer_in_whatever_order_events_come(now: datetime) -> None:
    ring = Ring(at=now)
    transfer = ring.send("AB")
    ring.accept("AB", transfer)

    deliver("money")
    assert (intent_of(transfer)["live"], count_paid(ring.account("A"), ring.account("B"))) == (
        True, 1,
    )  # fmt: skip
    deliver("intents")

    assert (intent_of(transfer)["live"], count_paid(ring.account("A"), ring.account("B"))) == (
        False, 1,
    )  # fmt: skip
    assert differences() == []


@pytest.mark.parametrize("how", ["return", "time"])
def test_what_came_to_nothing_closes_no_ring_any_more(now: datetime, how: str) -> None:
    ring = Ring(at=now)
    ring.accept("AB", ring.send("AB"))
    transfer = ring.send("BC")
    assert sees_ring(ring, "CA")

    if how == "return":
        from tests.calls import call

        call(ring.person("C"), "transfer.return", at=now, transfer=transfer["id"])
    else:
        sweep(at=now + timedelta(hours=24))
    level_graph()

    assert intent_of(transfer)["live"] is False
    assert count_paid(ring.account("B"), ring.account("C")) == 0
    assert not is_held(ring.send("CA"))
    assert differences() == []


@pytest.mark.parametrize(("verb", "paid"), [("release", 1), ("return", 0)])
def test_a_held_one_stands_until_a_person_has_decided(now: datetime, verb: str, paid: int) -> None:
    ring = Ring(at=now)
    for way in ("AB", "BC"):
        ring.send(way)
    held = ring.send("CA")
    assert is_held(held)
    level_graph()
    assert (intent_of(held)["version"], intent_of(held)["live"]) == (1, True)

    (officer,) = make_officers(1, at=now)
    decide(officer, verb, Review.objects.get(payment_id=held["id"]).id, at=now)
    if verb == "release":
        ring.accept("CA", held)
    level_graph()

    assert intent_of(held)["live"] is False
    assert count_paid(ring.account("C"), ring.account("A")) == paid
    assert differences() == []


def test_what_was_posted_by_a_process_that_died_stands_although_its_life_is_over(
    now: datetime,
) -> None:
    """Nobody confirmed it, and the worker is late: whoever asks next brings it to the graph."""
    ring = Ring(at=now)
    ring.accept("AB", ring.send("AB"))
    level_graph()
    posted = ring.send("BC")
    end_life(posted)
    assert not sees_ring(ring, "CA")

    let_wait(gates.LATE_SECONDS + 1)

    assert is_held(ring.send("CA"))
    assert intent_of(posted)["version"] == 1
    deliver("intents")
    assert differences() == []


def let_wait(seconds: float) -> None:
    """Let all that waits in the lane have waited so long already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_event SET recorded_at = recorded_at - make_interval(secs => %s)"
            " WHERE lane = 'intents'",
            [seconds],
        )


def test_where_too_much_is_late_the_graph_is_behind(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Ring(at=now)
    ring.send("AB")
    let_wait(gates.LATE_SECONDS + 1)
    monkeypatch.setattr(gates, "MOST_LATE", 1)

    sent = ring.send("BC")

    assert findings(sent)["gate.transfer.unknown"]["inputs"]["why"] == "behind"
    level_graph()


def test_what_nobody_posted_is_gone_after_its_life(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies between its test and its posting."""
    ring = Ring(at=now)
    ring.accept("AB", ring.send("AB"))
    level_graph()
    die_before_posting(ring, monkeypatch)
    assert sees_ring(ring, "CA")

    from tests.graph.projection.rows import run

    run("MATCH ({id: $id})-[one:INTENDS]->() SET one.ends_at = timestamp()",
        id=ring.account("B"))  # fmt: skip

    assert not is_held(ring.send("CA", GATED))


def die_before_posting(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    class Died(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Died

    keep: Callable[..., None] = gates.intents.forget
    with monkeypatch.context() as patch:
        patch.setattr("wallet.transfers.services.send_each", die)
        patch.setattr(gates.intents, "forget", lambda **_: None)
        with pytest.raises(Died):
            ring.send("BC")
    assert gates.intents.forget is keep
