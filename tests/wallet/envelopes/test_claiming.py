"""Opening an envelope: for whom, with which word, until when, and who was luckiest."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commands.errors import RateLimited
from tests.calls import call
from tests.people import account, balance, befriend, make_people
from tests.wallet.envelopes.packets import FUNDS, Packet
from wallet.envelopes import memory
from wallet.envelopes.errors import (
    AlreadyClaimed,
    EnvelopeEmpty,
    EnvelopeExpired,
    EnvelopeNotFound,
    NotForYou,
    WrongPassword,
)
from wallet.envelopes.models import Envelope
from wallet.ledger.errors import Frozen, LimitExceeded
from wallet.ledger.models import Account

DAY = timedelta(hours=24)
A_MOMENT = timedelta(milliseconds=1)


def test_a_share_is_credited(now: datetime) -> None:
    packet = Packet(at=now, greeting="good luck")
    packet.set_shares([10, 90, 200])
    person = packet.others[0]

    answer = packet.claim(person)

    shown_at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert answer["share"] == {"person": str(person), "amount": 10, "at": shown_at}
    assert answer["envelope"]["shares"] == [answer["share"]]
    assert (answer["envelope"]["claimed"], answer["envelope"]["claimed_amount"]) == (1, 10)
    assert balance(person, at=now) == FUNDS + 10
    assert packet.in_escrow() == 290
    (entry, *_) = call(person, "wallet.entries", at=now)["entries"]
    assert (entry["kind"], entry["with"], entry["note"]) == (
        "envelope.claim",
        str(packet.sender),
        "good luck",
    )


def test_one_share_per_person_and_the_own_one_is_told(now: datetime) -> None:
    packet = Packet(at=now)
    person = packet.others[0]
    share = packet.claim(person)["share"]

    with pytest.raises(AlreadyClaimed) as caught:
        packet.claim(person, at=now + A_MOMENT)

    assert (caught.value.code, caught.value.status) == ("envelope.already_claimed", 409)
    assert caught.value.detail["share"] == {"amount": share["amount"], "at": share["at"]}
    assert len(packet.taken()) == 1


def test_the_sender_may_claim_in_a_group(now: datetime) -> None:
    packet = Packet(at=now)

    packet.claim(packet.sender)

    assert list(packet.taken()) == [packet.sender]


def test_the_sender_may_not_claim_in_a_direct_room(now: datetime) -> None:
    one, other = make_people(2, at=now, funds=FUNDS)
    befriend([(one, other)], at=now)
    room = call(one, "room.create", at=now, members=[other], kind="direct")["room"]["room"]
    envelope = call(
        one, "envelope.send", at=now, room=room, amount=300, count=3, kind="random"
    )["envelope"]["id"]  # fmt: skip

    with pytest.raises(NotForYou) as caught:
        call(one, "envelope.claim", at=now, envelope=envelope)

    assert (caught.value.code, caught.value.status) == ("envelope.not_for_you", 403)
    assert call(other, "envelope.claim", at=now, envelope=envelope)["envelope"]["claimed"] == 1


def test_only_those_who_are_named_may_open(now: datetime) -> None:
    packet = Packet(at=now)
    named, other = packet.others[:2]
    Envelope.objects.filter(id=packet.id).update(only=[named])

    for person in (other, packet.sender):
        with pytest.raises(NotForYou):
            packet.claim(person)
    packet.claim(named)

    assert list(packet.taken()) == [named]


def test_an_envelope_names_for_whom_it_is(now: datetime) -> None:
    packet = Packet(at=now, people=2)
    envelope = call(
        packet.sender, "envelope.send", at=now, room=packet.room, amount=300, count=3,
        kind="random", only=[packet.others[0]],
    )["envelope"]  # fmt: skip

    assert envelope["only"] == [str(packet.others[0])]


@pytest.mark.parametrize("outsider", ["stranger", "left", "no such envelope"])
def test_outsiders_find_no_envelope(now: datetime, outsider: str) -> None:
    packet = Packet(at=now)
    (stranger,) = make_people(1, at=now)
    person, envelope = stranger, packet.id
    if outsider == "left":
        person = packet.others[0]
        call(person, "room.leave", at=now, room=packet.room)
    elif outsider == "no such envelope":
        person, envelope = packet.others[0], uuid4()

    for command in ("envelope.claim", "envelope.get"):
        with pytest.raises(EnvelopeNotFound) as caught:
            call(person, command, at=now, envelope=envelope)
        assert (caught.value.code, caught.value.status) == ("envelope.not_found", 404)
    assert packet.taken() == {}


# --- The word ------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Spring 春", "spring 春", "ＳＰＲＩＮＧ 春", " SPRING 春 "])
def test_the_word_opens_whatever_the_case_and_width_of_its_letters(
    now: datetime, typed: str
) -> None:
    packet = Packet(at=now, password="Spring 春")

    packet.claim(packet.others[0], password=typed)

    assert len(packet.taken()) == 1


@pytest.mark.parametrize("typed", [None, "sprin", "spring", "Spring春", "春 Spring"])
def test_any_other_word_does_not(now: datetime, typed: str | None) -> None:
    packet = Packet(at=now, password="Spring 春")

    with pytest.raises(WrongPassword) as caught:
        packet.claim(packet.others[0], password=typed)

    assert (caught.value.code, caught.value.status) == ("envelope.wrong_password", 403)
    assert packet.taken() == {}


def test_guessing_is_throttled_for_the_one_who_guesses(now: datetime, settings: Any) -> None:
    settings.ENVELOPE_PASSWORD_TRIES = 3
    packet = Packet(at=now, password="spring")
    guesser, other = packet.others[:2]
    for _ in range(3):
        with pytest.raises(WrongPassword):
            packet.claim(guesser, password="autumn")

    with pytest.raises(RateLimited) as caught:
        packet.claim(guesser, password="spring")

    assert (caught.value.code, caught.value.status) == ("request.rate_limited", 429)
    assert caught.value.retry_after_ms == settings.ENVELOPE_PASSWORD_SECONDS * 1000
    packet.claim(other, password="spring")
    assert list(packet.taken()) == [other]


def test_the_word_is_shown_and_kept_nowhere(now: datetime) -> None:
    packet = Packet(at=now, password="open-sesame")

    assert packet.sent["has_password"]
    assert "open-sesame" not in str(packet.sent) + str(packet.message) + str(packet.row.__dict__)


# --- Time ----------------------------------------------------------------------------------------


def test_the_time_decides_before_the_sweeper_has_run(now: datetime) -> None:
    packet = Packet(at=now)
    in_time, late = packet.others[:2]

    packet.claim(in_time, at=now + DAY - A_MOMENT)
    with pytest.raises(EnvelopeExpired) as caught:
        packet.claim(late, at=now + DAY)

    assert (caught.value.code, caught.value.status) == ("envelope.expired", 409)
    assert caught.value.detail == {"expires_at": packet.sent["expires_at"]}
    assert list(packet.taken()) == [in_time]
    assert packet.get(late, at=now + DAY - A_MOMENT)["status"] == "open"
    assert packet.get(late, at=now + DAY)["status"] == "expired"


# --- Empty ---------------------------------------------------------------------------------------


def test_who_comes_after_the_last_share_finds_it_empty(now: datetime) -> None:
    packet = Packet(at=now, count=2, people=4)
    for person in packet.others[:2]:
        packet.claim(person)

    for person in (packet.others[2], packet.sender):
        with pytest.raises(EnvelopeEmpty) as caught:
            packet.claim(person)
        assert (caught.value.code, caught.value.status) == ("envelope.empty", 409)

    # Emptied is emptied, also when its day is over.
    assert packet.get(packet.sender, at=now + DAY)["status"] == "emptied"
    with pytest.raises(EnvelopeEmpty):
        packet.claim(packet.sender, at=now + DAY)


def test_emptied_stays_emptied_for_a_process_that_did_not_see_it(now: datetime) -> None:
    packet = Packet(at=now, count=1)
    packet.claim(packet.others[0])
    memory._emptied._kept.clear()

    with pytest.raises(EnvelopeEmpty):
        packet.claim(packet.others[1], at=now + DAY)

    assert list(packet.taken()) == [packet.others[0]]


# --- Luckiest ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shares", "luckiest"), [([10, 90, 200], 2), ([120, 60, 120], 0), ([10, 145, 145], 1)]
)
def test_the_largest_share_is_luckiest_and_the_earlier_one_on_a_tie(
    now: datetime, shares: list[int], luckiest: int
) -> None:
    packet = Packet(at=now)
    packet.set_shares(shares)

    shown = []
    for place, person in enumerate(packet.others):
        packet.claim(person, at=now + place * A_MOMENT)
        shown.append(packet.get(person)["luckiest"])

    assert shown == [None, None, str(packet.others[luckiest])]


def test_equal_shares_have_no_luckiest(now: datetime) -> None:
    packet = Packet(at=now, kind="equal")
    for person in packet.others:
        packet.claim(person)

    found = packet.get(packet.sender)
    assert (found["status"], found["luckiest"]) == ("emptied", None)


def test_the_history_takes_as_many_statements_for_many_as_for_one(now: datetime) -> None:
    packet = Packet(at=now)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            call(packet.sender, "envelope.history", at=now)
        return len(seen)

    one = count()
    for _ in range(4):
        call(packet.sender, "envelope.send", at=now, room=packet.room, **packet.terms)

    assert len(call(packet.sender, "envelope.history", at=now)["envelopes"]) == 5
    assert count() == one <= 5


# --- Who sees what -------------------------------------------------------------------------------


def test_shares_are_seen_by_the_sender_by_who_claimed_and_by_all_once_it_is_closed(
    now: datetime,
) -> None:
    packet = Packet(at=now)
    claimed, waiting = packet.others[:2]
    packet.claim(claimed)

    def sees(person: Any, at: datetime) -> bool:
        return "shares" in packet.get(person, at=at)

    assert [sees(person, now) for person in (packet.sender, claimed, waiting)] == [
        True,
        True,
        False,
    ]
    assert sees(waiting, now + DAY)
    assert packet.get(waiting)["claimed_amount"] == packet.taken()[claimed]


def test_the_history_lists_what_one_sent_or_opened_page_by_page(now: datetime) -> None:
    packet = Packet(at=now)
    opener, other = packet.others[:2]
    packet.claim(opener)
    second = call(
        opener, "envelope.send", at=now, room=packet.room, amount=5, count=1, kind="equal"
    )["envelope"]["id"]  # fmt: skip

    def history(person: Any, **page: Any) -> tuple[list[str], bool]:
        answer = call(person, "envelope.history", at=now, **page)
        return [one["id"] for one in answer["envelopes"]], answer["more"]

    assert history(opener) == ([second, str(packet.id)], False)
    assert history(opener, limit=1) == ([second], True)
    assert history(opener, limit=1, before=second) == ([str(packet.id)], False)
    assert history(packet.sender) == ([str(packet.id)], False)
    assert history(other) == ([], False)


# --- The claimant's account ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "refusal", "code"),
    [
        ({"frozen": True}, Frozen, "wallet.frozen"),
        ({"max_balance": FUNDS + 99}, LimitExceeded, "wallet.limit_exceeded"),
    ],
)
def test_a_claim_that_cannot_be_credited_takes_no_share(
    now: datetime, change: dict[str, Any], refusal: Any, code: str
) -> None:
    packet = Packet(at=now, kind="equal")
    person = packet.others[0]
    mine = account(person, at=now).id
    Account.objects.filter(id=mine).update(**change)

    with pytest.raises(refusal) as caught:
        packet.claim(person)

    assert caught.value.code == code
    assert packet.taken() == {}
    Account.objects.filter(id=mine).update(frozen=False, max_balance=FUNDS + 100)
    packet.claim(person)
