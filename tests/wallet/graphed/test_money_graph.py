"""The live graph of money: accounts, and what moved between them."""

from datetime import datetime, timedelta

from tests.calls import call
from tests.graph.projection.rows import run
from tests.people import make_people
from tests.wallet.envelopes.packets import Packet
from tests.wallet.graphed.pictures import differences, edges_of, node_of, properties
from tests.wallet.transfers.offers import Two
from wallet.accounts.services import account_of
from wallet.banks.services import withdraw
from wallet.closing.services import freeze, unfreeze
from wallet.graphed.models import Channel
from wallet.ledger.models import Account


def test_a_payment_leads_from_account_to_account(now: datetime) -> None:
    two = Two(at=now)
    payer, payee = (node_of(person, at=now) for person in (two.sender, two.receiver))
    begun = edges_of(payer, "TRANSFERRED")

    transfer = two.send(300)
    assert edges_of(payer, "TRANSFERRED") == begun
    two.accept(transfer)

    assert edges_of(payer, "TRANSFERRED") == [*begun, (payer, payee, 300)]
    (edge,) = run(
        "MATCH (:Account {id: $payer})-[paid:TRANSFERRED]->(:Account {id: $payee})"
        " RETURN properties(paid) AS paid",
        payer=payer, payee=payee,
    )  # fmt: skip
    assert edge["paid"] | {"id": ""} == {
        "id": "", "version": 1, "amount": 300, "currency": "CNY", "kind": "transfer",
        "at": int(now.timestamp()) * 1000,
    }  # fmt: skip
    assert differences() == []


def test_two_payments_between_two_are_two_edges(now: datetime) -> None:
    two = Two(at=now)
    for _ in range(2):
        two.accept(two.send(100))
    payer, payee = (node_of(person, at=now) for person in (two.sender, two.receiver))

    paid = [edge for edge in edges_of(payer, "TRANSFERRED") if edge[0] == payer]

    assert paid == [(payer, payee, 100)] * 2


def test_what_is_taken_from_an_envelope_was_paid_by_its_sender(now: datetime) -> None:
    packet = Packet(at=now, kind="equal", amount=400, count=2)
    sender, claimant = (node_of(person, at=now) for person in packet.people[:2])

    packet.claim(packet.people[1])

    assert (sender, claimant, 200) in edges_of(claimant, "TRANSFERRED")
    escrow = str(packet.row.escrow_id)
    assert run("MATCH (escrow {id: $id}) RETURN escrow", id=escrow) == []
    assert differences() == []


def test_money_comes_and_goes_over_a_channels_account(now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=1_000)
    own = node_of(person, at=now)
    withdraw(
        person_id=person, amount=400, currency="CNY", channel="sandbox",
        at=now + timedelta(seconds=1),
    )  # fmt: skip
    channel = str(Channel.objects.get(name="sandbox", currency="CNY").id)

    assert edges_of(own, "TRANSFERRED") == [(channel, own, 1_000)]
    assert edges_of(own, "WITHDREW") == [(own, channel, 400)]
    shown = properties("Channel", channel)
    assert (shown["type"], shown["name"], shown["currency"]) == ("bank", "sandbox", "CNY")
    assert differences() == []


def test_a_person_owns_their_account(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    own = node_of(person, at=now)

    assert edges_of(own, "OWNS") == [(str(person), own, None)]
    assert properties("Account", own) == {
        "id": own, "version": 1, "type": "balance", "currency": "CNY", "blocked": False,
        "closed": False, "created_at": int(now.timestamp()) * 1000,
    }  # fmt: skip


def test_who_is_frozen_is_blocked_until_it_is_lifted(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    own = node_of(person, at=now)

    freeze(person_id=person, reason="x", at=now)

    assert properties("Person", person)["blocked"]
    assert (properties("Account", own)["blocked"], properties("Account", own)["version"]) == (
        True, 2,
    )  # fmt: skip
    assert differences() == []

    unfreeze(person_id=person, at=now)

    assert not properties("Person", person)["blocked"]
    assert (properties("Account", own)["blocked"], properties("Account", own)["version"]) == (
        False, 3,
    )  # fmt: skip
    assert differences() == []


def test_a_closed_account_says_so(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    own = account_of(person_id=person, currency="EUR", at=now)

    call(person, "wallet.close_account", at=now, account=own)

    assert properties("Account", own)["closed"]
    assert Account.objects.get(id=own).closed
    assert differences() == []
