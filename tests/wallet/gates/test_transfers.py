"""Transfers that would close a ring or break the in/out ratio are held, with what was found."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commands.errors import Busy
from commands.execute_many import may_go_with_others
from commands.parsing import parse_command, parse_object
from commands.registry import Caller, Job, get_registration
from graph.intents import services as intents
from tests.calls import call
from tests.people import level_graph, make_group
from tests.wallet.gates.rings import GATED, Ring, findings, intent_of, is_held
from wallet.gates import services as gates
from wallet.ledger.errors import InsufficientFunds, SameAccount
from wallet.ledger.models import Account
from wallet.screening import judges
from wallet.screening.models import Review
from wallet.transfers.models import Transfer

pytestmark = pytest.mark.usefixtures("patient")


def test_what_closes_a_ring_is_held_and_both_sides_go_to_review(now: datetime) -> None:
    """A pays B and is taken; B's to C is only offered; C's to A closes the ring."""
    ring = Ring(at=now)
    first = ring.send("AB")
    ring.accept("AB", first)
    second = ring.send("BC")

    third = ring.send("CA")

    assert (is_held(first), is_held(second), is_held(third)) == (False, False, True)
    found = findings(third)["gate.transfer.ring"]
    assert found["outcome"] == "hold"
    assert ring.letters(found["inputs"].pop("ring")) == "CAB"
    assert found["inputs"].pop("took_ms") > 0
    assert found["inputs"] == {"window_hours": 72, "steps": 6, "smallest": 10_000}
    review = Review.objects.get(payment_id=third["id"])
    assert (review.payer_id, review.payee_id) == (ring.person("C"), ring.person("A"))


def test_what_closes_none_goes_and_the_decision_is_kept_too(now: datetime) -> None:
    ring = Ring(at=now)

    sent = ring.send("AB")

    assert not is_held(sent)
    found = findings(sent)
    assert [found[f"gate.transfer.{one}"]["outcome"] for one in ("ring", "ratio")] == ["allow"] * 2
    assert found["gate.transfer.ring"]["inputs"]["ring"] == []
    accounts = [ring.account("A"), ring.account("B")]
    assert sorted(found["gate.transfer.ratio"]["inputs"]["ratios"]) == sorted(
        [[accounts[0], 0.0], [accounts[1], -1.0]]
    )


@pytest.mark.parametrize(("second", "third", "held"), [
    (GATED, GATED - 1, False), (9_999, GATED, False), (10_000, GATED, True),
])  # fmt: skip
def test_small_ones_are_not_gated_and_smaller_ones_close_no_ring(
    now: datetime, second: int, third: int, held: bool
) -> None:
    ring = Ring(at=now)
    for way, amount in (("AB", GATED), ("BC", second)):
        ring.accept(way, ring.send(way, amount))
    level_graph()

    sent = ring.send("CA", third)

    assert is_held(sent) == held
    assert Transfer.objects.get(id=sent["id"]).gated == (third >= GATED)


@pytest.mark.parametrize(("amount", "together"), [(GATED - 1, True), (GATED, False)])
def test_those_below_the_amount_keep_the_batch(now: datetime, amount: int, together: bool) -> None:
    registration = get_registration("transfer.send")
    frame = parse_object(b'{"to": "%s", "amount": %d}' % (str(uuid4()).encode(), amount))
    caller = Caller(at=now, person_id=uuid4(), command_id=uuid4())

    job = Job(parse_command(registration, frame), caller)

    assert may_go_with_others(registration, job) == together


def test_those_below_the_amount_cost_no_statement_more(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also alone, where a message goes with it: as many as without any gate."""
    counts = []
    for early in ([], list(judges._early)):
        monkeypatch.setattr(judges, "_early", early)
        ring = Ring(2, at=now)
        room = make_group(ring.people, at=now)
        with CaptureQueriesContext(connection) as asked:
            ring.send("AB", GATED - 1, room=room)
        counts.append(len(asked.captured_queries))

    assert counts[0] == counts[1]
    assert not any("outbox_event WHERE" in one["sql"] for one in asked.captured_queries)


def test_who_keeps_nearly_all_that_comes_is_held(now: datetime, settings: Any) -> None:
    """B got 300,000 and sends 100,000: with a threshold of 2 that is too little."""
    settings.GATE_RATIO = 2.0
    ring = Ring(at=now)
    ring.accept("AB", ring.send("AB", 300_000))
    level_graph()

    sent = ring.send("BC", GATED)

    assert is_held(sent)
    found = findings(sent)["gate.transfer.ratio"]
    assert found["outcome"] == "hold"
    assert [ring.account("B"), 3.0] in found["inputs"]["ratios"]
    assert (found["inputs"]["above"], found["inputs"]["amounts_above"]) == (2.0, 50_000)


def test_what_is_refused_leaves_no_intent(now: datetime) -> None:
    ring = Ring(at=now, funds=GATED)
    first, second = ring.send("AB"), ring.send("BC")

    for way in ("AB", "AC"):
        with pytest.raises(InsufficientFunds):
            ring.send(way)
    with pytest.raises(SameAccount):
        call(ring.person("C"), "transfer.send", at=now, to=ring.person("C"), amount=GATED)

    assert intent_of(first) is not None
    assert intent_of(second) is not None
    # The refused ones of A are gone: C pays A, and A's own to C is not there.
    assert is_held(ring.send("CA"))
    assert Transfer.objects.filter(sender_id=ring.person("A")).count() == 1


def test_who_cannot_pay_intends_nothing_and_opens_no_account(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Ring(2, at=now)
    written: list[Any] = []
    monkeypatch.setattr(intents, "intend_transfer", lambda **terms: written.append(terms))

    with pytest.raises(InsufficientFunds) as refused:
        call(
            ring.person("A"), "transfer.send", at=now, to=ring.person("B"), amount=GATED,
            currency="EUR",
        )  # fmt: skip

    assert refused.value.detail["available"] == 0
    assert written == []
    assert not Account.objects.filter(owner_id=ring.person("B"), currency="EUR").exists()


def test_who_posts_too_late_is_to_try_again(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring(at=now)
    monkeypatch.setattr(gates, "FRESH_SECONDS", 0.0)

    with pytest.raises(Busy) as refusal:
        ring.send("AB")

    assert refusal.value.code == "request.busy"
    assert not Transfer.objects.filter(sender_id=ring.person("A")).exists()
    assert 2 * gates.FRESH_SECONDS <= 60


def test_the_half_life_leaves_time_for_what_is_late() -> None:
    """Posted at the last moment, and brought by the next who asks: still within the life."""
    assert gates.FRESH_SECONDS + gates.LATE_SECONDS < gates.intents.LIFE_SECONDS == 60
