"""Requests, bills and settlements pass the gates too: they cannot wait, so a hit refuses them."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commands.registry import ALONE
from graph.intents import services as intents
from outbox.models import Event
from tests.calls import call, send
from tests.graph.away import neo4j_away
from tests.graph.projection.rows import run
from tests.people import balance, level_graph, make_group
from tests.threads import at_once
from tests.together import make_job, results, together
from tests.wallet.gates.rings import GATED, Ring, count_paid, deliver, sees_ring
from tests.wallet.gates.test_standing import let_wait
from tests.wallet.graphed.pictures import differences
from tests.wallet.screening.ways import bill, request, settling
from wallet.gates import services as gates
from wallet.gates.models import Passage
from wallet.ledger.errors import InsufficientFunds
from wallet.ledger.models import Transfer
from wallet.screening import judges
from wallet.screening.errors import Denied
from wallet.screening.models import Decision

pytestmark = pytest.mark.usefixtures("patient")
WAYS = {"payment_request.pay": request, "split.pay": bill, "room.settle": settling}
CODES = {"room.settle": "expense.settle"}
ROUNDS, LARGE = 6, 2_500_000


def prepare(ring: Ring, command: str, way: str, amount: int = GATED) -> Callable[..., Any]:
    """Return what pays when it is called."""
    payer, payee = map(ring.person, way)
    return WAYS[command](payer, payee, ring.at, amount)


def chained(*, at: datetime) -> Ring:
    """Have A pay B, and B pay C: what C pays A closes the ring."""
    ring = Ring(at=at)
    for way in ("AB", "BC"):
        ring.accept(way, ring.send(way))
    level_graph()
    return ring


def decision(ring: Ring, way: str, command: str) -> Decision:
    (kept,) = Decision.objects.filter(payer_id=ring.person(way[0]), command=command)
    return kept


def found(kept: Decision) -> dict[str, Any]:
    return {one["rule"]: one for one in kept.findings}


def posted(ring: Ring, letter: str, command: str) -> UUID:
    """Return the id of the ledger's transfer that somebody has paid by."""
    row = Transfer.objects.get(
        debit_account_id=ring.account(letter), code=CODES.get(command, command)
    )
    return row.id


def intents_of(ring: Ring, way: str) -> list[dict[str, Any]]:
    payer, payee = map(ring.account, way)
    rows = run(
        "MATCH (:Account {id: $payer})-[one:INTENDS]->(:Account {id: $payee})"
        " RETURN properties(one) AS one",
        payer=payer, payee=payee,
    )  # fmt: skip
    return [dict(row["one"]) for row in rows]


@pytest.mark.parametrize("command", WAYS)
def test_what_closes_a_ring_is_refused_with_what_was_found(now: datetime, command: str) -> None:
    ring = chained(at=now)
    pay = prepare(ring, command, "CA")
    before = [balance(one, at=now) for one in ring.people]

    with pytest.raises(Denied):
        pay()

    kept = decision(ring, "CA", command)
    assert (kept.outcome, kept.became, kept.amount) == ("hold", "refused", GATED)
    hit = found(kept)["gate.transfer.ring"]
    assert hit["outcome"] == "hold"
    assert ring.letters(hit["inputs"]["ring"]) == "CAB"
    assert [balance(one, at=now) for one in ring.people] == before
    assert intents_of(ring, "CA") == []
    assert not Passage.objects.filter(id=kept.payment_id).exists()


@pytest.mark.parametrize("command", WAYS)
def test_it_stands_until_the_payment_is_in_the_graph(now: datetime, command: str) -> None:
    """C has still to be paid by B: the payment closes nothing, but one more would."""
    ring = Ring(at=now)
    ring.accept("AB", ring.send("AB"))
    pay = prepare(ring, command, "BC")
    level_graph()

    pay()

    kept = decision(ring, "BC", command)
    assert (kept.outcome, kept.became) == ("allow", "went")
    assert found(kept)["gate.transfer.ring"]["inputs"]["ring"] == []
    transfer = posted(ring, "B", command)
    assert Passage.objects.filter(id=transfer).exists()
    (intent,) = intents_of(ring, "BC")
    assert (intent["id"], intent["version"], intent["amount"]) == (str(transfer), 0, GATED)
    assert sees_ring(ring, "CA")

    # One transaction ends it and makes the edge; the payment's own event finds that.
    deliver("intents")
    (intent,) = intents_of(ring, "BC")
    assert (intent["live"], intent["version"]) == (False, 2)
    assert count_paid(ring.account("B"), ring.account("C")) == 1
    assert sees_ring(ring, "CA")
    level_graph()
    assert count_paid(ring.account("B"), ring.account("C")) == 1
    assert differences() == []


def test_it_stands_in_whatever_order_events_come(now: datetime) -> None:
    ring = Ring(at=now)
    pay = prepare(ring, "payment_request.pay", "BC")
    pay()

    deliver("money")
    assert [one["version"] for one in intents_of(ring, "BC")] == [0]
    deliver("intents")

    assert [one["live"] for one in intents_of(ring, "BC")] == [False]
    assert count_paid(ring.account("B"), ring.account("C")) == 1


def test_what_is_late_is_brought_by_who_asks_next(now: datetime) -> None:
    """The worker is away for longer than an intent lives."""
    ring = Ring(at=now)
    ring.accept("AB", ring.send("AB"))
    pay = prepare(ring, "split.pay", "BC")
    level_graph()
    pay()
    run("MATCH ({id: $id})-[one:INTENDS]->() SET one.ends_at = timestamp() - 1",
        id=ring.account("B"))  # fmt: skip
    assert not sees_ring(ring, "CA")
    let_wait(gates.LATE_SECONDS + 1)

    with pytest.raises(Denied):
        prepare(ring, "room.settle", "CA")()


@pytest.mark.long
def test_a_graph_that_is_filled_anew_has_them_as_before(now: datetime) -> None:
    from io import StringIO

    from django.core.management import call_command

    ring = Ring(at=now)
    prepare(ring, "payment_request.pay", "BC")()
    level_graph()

    call_command("rebuild_graph", stdout=StringIO())

    assert [one["live"] for one in intents_of(ring, "BC")] == [False]
    assert differences() == []


@pytest.mark.parametrize("command", WAYS)
def test_never_all_of_those_that_close_a_ring_together(now: datetime, command: str) -> None:
    """Real threads, a real Neo4j and a real PostgreSQL; each round has people of its own."""
    went, refused = [], 0
    for _ in range(ROUNDS):
        ring = Ring(at=now)
        pays = [prepare(ring, command, way) for way in ("AB", "BC", "CA")]
        level_graph()
        outcomes = at_once(pays)
        assert [one for one in outcomes if not isinstance(one, dict | Denied)] == []
        went.append(sum(isinstance(one, dict) for one in outcomes))
        refused += 3 - went[-1]
    assert max(went) < 3
    assert refused >= ROUNDS


@pytest.mark.parametrize("command", WAYS)
def test_those_below_the_amount_cost_no_statement_more(
    now: datetime, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    counts = []
    for early in ([], list(judges._early)):
        monkeypatch.setattr(judges, "_early", early)
        ring = Ring(2, at=now)
        pay = prepare(ring, command, "AB", GATED - 1)
        with CaptureQueriesContext(connection) as asked:
            pay()
        counts.append(len(asked.captured_queries))

    assert counts[0] == counts[1]
    assert not Passage.objects.filter(id=posted(ring, "A", command)).exists()
    assert not any("gate" in one for one in found(decision(ring, "AB", command)))


@pytest.mark.parametrize("command", WAYS)
def test_who_cannot_pay_intends_nothing(
    now: datetime, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    ring = Ring(2, at=now, funds=GATED - 1)
    written: list[Any] = []
    monkeypatch.setattr(intents, "intend_transfer", lambda **terms: written.append(terms))

    with pytest.raises(InsufficientFunds):
        prepare(ring, command, "AB")()

    assert written == []


def test_of_a_batch_the_large_ones_come_alone(now: datetime) -> None:
    ring = Ring(at=now)
    payee, small, large = ring.people
    room = make_group(ring.people, at=now)
    between = {"mode": "exact", "amounts": {str(small): GATED - 1, str(large): GATED}}
    made = call(
        payee, "split.create", at=now, room=room, amount=2 * GATED - 1, note="", between=between
    )["split"]
    jobs = [make_job(who, "split.pay", at=now, split=made["id"]) for who in (small, large)]

    decided = together("split.pay", jobs)

    assert decided[1] is ALONE
    (paid, _) = results(decided)
    shares = {one["person"]: one["status"] for one in paid["split"]["shares"]}
    assert (shares[str(small)], shares[str(large)]) == ("paid", "unpaid")
    call(large, "split.pay", at=now, split=made["id"])
    assert Passage.objects.filter(id=posted(ring, "C", "split.pay")).exists()


@pytest.mark.parametrize(("amount", "goes"), [(LARGE - 1, True), (LARGE, False)])
def test_where_neo4j_is_away_small_ones_go_and_large_ones_are_refused(
    now: datetime, amount: int, goes: bool
) -> None:
    ring = Ring(2, at=now)
    pay = prepare(ring, "payment_request.pay", "AB", amount)
    level_graph()

    with neo4j_away():
        if goes:
            pay()
        else:
            with pytest.raises(Denied):
                pay()

    kept = decision(ring, "AB", "payment_request.pay")
    assert found(kept)["gate.transfer.unknown"]["inputs"]["why"] == "away"
    assert kept.became == ("went" if goes else "refused")
    # What went is in the graph as soon as that can be told.
    level_graph()
    assert count_paid(ring.account("A"), ring.account("B")) == goes
    assert differences() == []


def test_a_command_that_is_sent_again_is_not_asked_about_again(now: datetime) -> None:
    ring = Ring(2, at=now)
    payer, payee = ring.people
    asked = call(payee, "payment_request.create", at=now, to=payer, amount=GATED)
    terms = {"payment_request": asked["payment_request"]["id"]}
    number = uuid4()

    first, again = (
        send(payer, "payment_request.pay", at=now, command_id=number, **terms) for _ in range(2)
    )

    assert (first.replayed, again.replayed) == (False, True)
    assert json.loads(again.result)["payment_request"]["status"] == "paid"
    assert Decision.objects.filter(payer_id=payer).count() == 1
    key = posted(ring, "A", "payment_request.pay")
    assert Event.objects.filter(topic="intents.intent", key=key).count() <= 1
