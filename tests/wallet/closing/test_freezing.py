"""Freezing somebody's money, and letting it go again."""

from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from graph.people.models import Person
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import account, balance, make_people
from tests.threads import Rival
from tests.wallet.envelopes.packets import FUNDS, Packet
from tests.wallet.transfers.offers import Two
from wallet.accounts.services import account_of
from wallet.closing.models import Freeze
from wallet.closing.services import freeze, unfreeze
from wallet.envelopes.services import return_expired
from wallet.ledger.errors import Frozen, LimitExceeded
from wallet.ledger.models import Account


def told(person: UUID) -> list[str]:
    rows = Notice.objects.filter(owner_id=person, kind__startswith="wallet.").order_by("id")
    return [row.kind for row in rows]


def run(command: str, person: UUID, **options: str) -> str:
    out = StringIO()
    username = Person.objects.get(id=person).username
    call_command(command, username.upper(), stdout=out, **options)
    return out.getvalue().strip().removeprefix(f"{username} ")


def test_nothing_goes_out_of_a_frozen_account_or_into_it(now: datetime) -> None:
    two = Two(at=now)
    before = two.money()

    assert run("freeze_account", two.sender, reason="case 12") == "is now frozen"

    for sender, receiver in ((two.sender, two.receiver), (two.receiver, two.sender)):
        with pytest.raises(Frozen) as refusal:
            call(sender, "transfer.send", at=now, to=receiver, amount=100)
        assert (refusal.value.code, refusal.value.status) == ("wallet.frozen", 403)
    with pytest.raises(Frozen):
        call(two.sender, "wallet.top_up", at=now, amount=100, channel="sandbox")
    assert two.money() == before
    (row,) = Freeze.objects.filter(person_id=two.sender)
    assert (row.reason, row.lifted_at) == ("case 12", None)
    assert told(two.sender) == ["wallet.frozen"]

    assert run("unfreeze_account", two.sender) == "is no longer frozen"
    two.send(100)
    assert told(two.sender) == ["wallet.frozen", "wallet.unfrozen"]


def test_freezing_twice_changes_nothing(now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=100)
    run("freeze_account", person, reason="case 12")

    assert run("freeze_account", person, reason="case 13") == "is already frozen"
    assert [row.reason for row in Freeze.objects.filter(person_id=person)] == ["case 12"]
    run("unfreeze_account", person)
    assert run("unfreeze_account", person) == "was not frozen"
    run("freeze_account", person, reason="case 14")
    assert Freeze.objects.filter(person_id=person).count() == 2
    assert told(person) == ["wallet.frozen", "wallet.unfrozen", "wallet.frozen"]


@pytest.mark.parametrize("command", ["freeze_account", "unfreeze_account"])
def test_nobody_is_frozen_by_a_name_that_nobody_has(command: str) -> None:
    options = {"reason": "case 12"} if command == "freeze_account" else {}

    with pytest.raises(CommandError, match="There is no person called nobody-at-all"):
        call_command(command, "nobody-at-all", **options)


def test_an_account_that_a_frozen_person_opens_is_frozen(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    freeze(person_id=person, reason="case 12", at=now)

    with pytest.raises(Frozen):
        call(person, "wallet.top_up", at=now, amount=100, channel="sandbox", currency="EUR")

    opened = account_of(person_id=person, currency="EUR", at=now)
    assert Account.objects.get(id=opened).frozen
    unfreeze(person_id=person, at=now)
    assert not Account.objects.get(id=opened).frozen


def test_an_account_that_is_opened_during_the_freeze_is_frozen(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    with Rival() as rival:
        with transaction.atomic():
            freeze(person_id=person, reason="case 12", at=now)
            opening = rival.start(lambda: account_of(person_id=person, currency="EUR", at=now))
            rival.wait_until_blocked()
        opened = opening.result(20)

    assert Account.objects.get(id=opened).frozen


def test_a_freeze_waits_for_an_account_that_is_being_opened(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    with Rival() as rival:
        with transaction.atomic():
            opened = account_of(person_id=person, currency="EUR", at=now)
            freezing = rival.start(lambda: freeze(person_id=person, reason="case 12", at=now))
            rival.wait_until_blocked()
        assert freezing.result(20) is True

    assert Account.objects.get(id=opened).frozen


def test_a_refund_reaches_a_frozen_account(now: datetime) -> None:
    packet = Packet(at=now)
    freeze(person_id=packet.sender, reason="case 12", at=now)

    while return_expired(at=now + timedelta(hours=24)):
        pass

    assert balance(packet.sender, at=now) == FUNDS
    assert account(packet.sender, at=now).frozen


def test_what_was_promised_before_the_freeze_is_given(now: datetime) -> None:
    two = Two(at=now)
    transfer = two.send(3_000)
    packet = Packet(at=now)
    for person in (two.sender, packet.sender):
        freeze(person_id=person, reason="case 12", at=now)

    two.accept(transfer)
    share = packet.claim(packet.others[0])["share"]

    assert two.money() == [(7_000, 0, 7_000), (13_000, 0, 13_000)]
    assert balance(packet.others[0], at=now) == FUNDS + share["amount"]


def test_a_claim_above_the_ceiling_takes_no_share(now: datetime) -> None:
    packet = Packet(at=now)
    claimant = packet.others[0]
    Account.objects.filter(owner_id=claimant, kind="balance").update(max_balance=FUNDS)

    with pytest.raises(LimitExceeded):
        packet.claim(claimant)

    assert (packet.taken(), packet.in_escrow()) == ({}, 300)
    assert balance(claimant, at=now) == FUNDS
