"""Many at one envelope at the same moment: the last share, the sweeper, and the rush."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from outbox.notices.models import Notice
from tests.calls import call, send
from tests.people import balance
from tests.threads import Rival, at_once
from tests.wallet.envelopes.packets import FUNDS, Packet
from wallet.checks import LAWS
from wallet.envelopes import claiming, services
from wallet.envelopes.errors import AlreadyClaimed, EnvelopeEmpty, EnvelopeExpired
from wallet.envelopes.locks import lock_free_shares
from wallet.ledger.checks import find_violations

DAY = timedelta(hours=24)
PEOPLE, SHARES, AMOUNT = 300, 100, 88_888


@pytest.mark.parametrize("rival_commits", [True, False])
def test_who_finds_only_shares_that_are_being_taken_waits(
    now: datetime, rival_commits: bool
) -> None:
    """Empty is said only when committed claims equal the count: the rival may yet fail."""
    packet = Packet(at=now, count=1)
    taking, claimant = packet.others[:2]

    with Rival() as waiting:
        with transaction.atomic():
            assert claiming.claim(envelope=packet.row, person_id=taking, at=now).amount == 300
            answer = waiting.start(lambda: packet.claim(claimant))
            waiting.wait_until_blocked()
            transaction.set_rollback(not rival_commits)

        if rival_commits:
            assert isinstance(answer.exception(20), EnvelopeEmpty)
        else:
            assert answer.result(20)["share"]["amount"] == 300
    assert packet.taken() == {taking if rival_commits else claimant: 300}


def test_a_share_that_is_being_taken_is_passed_over_while_others_are_free(now: datetime) -> None:
    packet = Packet(at=now, count=2)
    packet.set_shares([100, 200])

    with Rival() as other, transaction.atomic():
        (share,) = lock_free_shares(wanted={packet.id: 1})
        assert share is not None
        assert share.position == 0
        answer = other.do(lambda: packet.claim(packet.others[0]))

    assert answer["share"]["amount"] == 200


def test_two_claims_of_one_person_at_once_take_one_share(now: datetime) -> None:
    packet = Packet(at=now, count=3)
    person = packet.others[0]
    both = threading.Barrier(2)

    def claim() -> Any:
        # Both have passed what is checked without a lock.
        with transaction.atomic():
            claiming.check_claim(envelope=packet.row, person_id=person, password=None, at=now)
            both.wait(20)
            return claiming.claim(envelope=packet.row, person_id=person, at=now).amount

    first, second = sorted(at_once([claim] * 2), key=lambda found: isinstance(found, Exception))

    assert packet.taken() == {person: first}
    assert isinstance(second, AlreadyClaimed)
    assert second.detail["amount"] == first
    assert balance(person, at=now) == FUNDS + first


def test_many_claims_of_one_person_at_once_are_all_answered(now: datetime) -> None:
    packet = Packet(at=now, count=3)
    person = packet.others[0]

    answers = at_once([lambda: packet.claim(person)] * 8)

    kinds = Counter(type(answer) for answer in answers)
    assert kinds == {dict: 1, AlreadyClaimed: 7}
    assert len(packet.taken()) == 1


# --- The sweeper ---------------------------------------------------------------------------------


def told_of_expiry(packet: Packet) -> int:
    return Notice.objects.filter(owner_id=packet.sender, kind="card.expired", ref=packet.id).count()


def test_what_nobody_took_goes_back_once_also_when_two_sweepers_run(now: datetime) -> None:
    packets = [Packet(at=now, people=2) for _ in range(6)]
    for packet in packets:
        packet.set_shares([100, 50, 150])
        packet.claim(packet.others[0])
    services.return_expired(at=now + DAY - timedelta(seconds=1))
    assert [packet.in_escrow() for packet in packets] == [200] * 6

    at_once([lambda: services.return_expired(at=now + DAY)] * 3)

    for packet in packets:
        assert balance(packet.sender, at=now) == FUNDS - 100
        assert packet.in_escrow() == 0
        assert told_of_expiry(packet) == 1
        found = packet.get(packet.sender, at=now + DAY)
        assert (found["status"], found["claimed"], found["luckiest"]) == ("expired", 1, None)
    assert services.return_expired(at=now + DAY) == 0


def test_an_envelope_that_was_emptied_is_closed_without_a_word(now: datetime) -> None:
    packet = Packet(at=now, count=1)
    packet.claim(packet.others[0])

    services.return_expired(at=now + DAY)

    assert told_of_expiry(packet) == 0
    assert packet.row.returned_at == now + DAY
    assert packet.get(packet.sender, at=now + DAY)["status"] == "emptied"


def test_the_sweeper_waits_for_who_is_just_taking_a_share(now: datetime) -> None:
    packet = Packet(at=now, count=2, kind="equal")

    with Rival() as sweeper:
        with transaction.atomic():
            claiming.claim(envelope=packet.row, person_id=packet.others[0], at=now)
            swept = sweeper.start(lambda: services.return_expired(at=now + DAY))
            sweeper.wait_until_blocked()

        assert swept.result(20) == 1
    assert balance(packet.sender, at=now) == FUNDS - 150
    assert packet.taken() == {packet.others[0]: 150}


def test_who_loses_the_last_moment_to_the_sweeper_hears_expired_not_empty(now: datetime) -> None:
    packet = Packet(at=now)
    seen = packet.row
    last_moment = now + DAY - timedelta(milliseconds=1)
    claiming.check_claim(envelope=seen, person_id=packet.others[0], password=None, at=last_moment)
    services.return_expired(at=now + DAY)

    with pytest.raises(EnvelopeExpired):
        claiming.claim(envelope=seen, person_id=packet.others[0], at=last_moment)

    with pytest.raises(EnvelopeExpired):
        packet.claim(packet.others[1], at=last_moment)


# --- The rush ------------------------------------------------------------------------------------


def test_three_hundred_people_rush_on_a_hundred_shares(now: datetime) -> None:
    packet = Packet(at=now, people=PEOPLE, amount=AMOUNT, count=SHARES)
    crowd = packet.people

    answers = at_once([lambda person=person: packet.claim(person) for person in crowd])

    won = {
        person: answer["share"]["amount"]
        for person, answer in zip(crowd, answers, strict=True)
        if isinstance(answer, dict)
    }
    assert Counter(type(answer) for answer in answers) == {dict: SHARES, EnvelopeEmpty: 200}
    assert sum(won.values()) == AMOUNT
    assert packet.taken() == won
    assert packet.in_escrow() == 0
    for person in crowd:
        spent = AMOUNT if person == packet.sender else 0
        assert balance(person, at=now) == FUNDS - spent + won.get(person, 0)
    found = packet.get(packet.sender)
    assert (found["status"], found["claimed"]) == ("emptied", SHARES)
    assert won[next(person for person in crowd if str(person) == found["luckiest"])] == max(
        won.values()
    )
    assert {law.name: find_violations(law) for law in LAWS} == {law.name: [] for law in LAWS}


def test_everybody_who_rushes_twice_gets_the_same_answer(now: datetime) -> None:
    packet = Packet(at=now, people=20, amount=100, count=10)
    ids = {person: uuid4() for person in packet.people}

    def claim(person: Any) -> Any:
        return send(person, "envelope.claim", at=now, command_id=ids[person], envelope=packet.id)

    answers = at_once([lambda person=person: claim(person) for person in packet.people * 2])

    shares: dict[Any, set[str]] = {}
    for person, answer in zip(packet.people * 2, answers, strict=True):
        text = answer.result if not isinstance(answer, Exception) else type(answer).__name__
        shares.setdefault(person, set()).add(text)
    assert all(len(texts) == 1 for texts in shares.values())
    assert len(packet.taken()) == 10
    assert call(packet.sender, "wallet.get", at=now)["accounts"][0]["held"] == 0
