"""Thanking for a share: once, by who took it, told to the sender and shown to who sees shares."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chat.messages.models import Message
from chat.rooms.models import Event
from commands.errors import Malformed
from outbox.delivery import deliver_due
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import balance
from tests.threads import at_once
from tests.wallet.envelopes.packets import FUNDS, Packet
from wallet.envelopes.errors import AlreadyThanked, EnvelopeNotFound, NotClaimed, NotForYou
from wallet.envelopes.models import Share


def thank(packet: Packet, person: Any, **fields: Any) -> Any:
    return call(person, "envelope.thank", at=packet.at, envelope=packet.id, **fields)["envelope"]


def said(packet: Packet) -> dict[Any, str]:
    shares = Share.objects.filter(envelope_id=packet.id).exclude(thanks="")
    return {share.person_id: share.thanks for share in shares}


def told(packet: Packet) -> list[tuple[Any, str]]:
    notices = Notice.objects.filter(owner_id=packet.sender, kind="envelope.thanked", ref=packet.id)
    return list(notices.order_by("id").values_list("about", "text"))


def test_a_thank_you_is_told_to_the_sender_and_shown_beside_the_share(now: datetime) -> None:
    packet = Packet(at=now)
    packet.set_shares([10, 90, 200])
    first, second, waiting = packet.others
    packet.claim(first)
    packet.claim(second)

    answer = thank(packet, first, words=" 恭喜發財 🧧 ")
    thank(packet, second)

    assert (answer["thanks"], answer["mine"]["thanks"]) == (1, "恭喜發財 🧧")
    assert told(packet) == [(first, "恭喜發財 🧧"), (second, "🙏")]
    found = packet.get(packet.sender)
    assert [share.get("thanks") for share in found["shares"]] == ["恭喜發財 🧧", "🙏"]
    assert (found["thanks"], packet.get(waiting)["thanks"]) == (2, 2)
    assert "shares" not in packet.get(waiting)
    assert balance(packet.sender, at=now) == FUNDS - 300


def test_the_card_shows_how_many_thanked_in_one_change(now: datetime) -> None:
    packet = Packet(at=now)
    for person in packet.others:
        packet.claim(person)
        thank(packet, person)

    deliver_due("chat", clock=lambda: datetime.now(UTC) + timedelta(seconds=1))

    (message,) = Message.objects.filter(card_id=packet.id)
    assert message.card is not None
    assert (message.card["thanks"], message.card["claimed"]) == (3, 3)
    assert Event.objects.filter(room_id=packet.room, kind="card.changed").count() == 1


@pytest.mark.parametrize("who", ["sender", "not claimed", "again", "outsider"])
def test_who_has_nothing_to_thank_for_is_refused(now: datetime, who: str) -> None:
    packet = Packet(at=now)
    thanked, waiting, leaving = packet.others
    packet.claim(packet.sender)
    packet.claim(thanked)
    packet.claim(leaving)
    thank(packet, thanked, words="once")
    call(leaving, "room.leave", at=now, room=packet.room)
    person, refusal, code, status = {
        "sender": (packet.sender, NotForYou, "envelope.not_for_you", 403),
        "not claimed": (waiting, NotClaimed, "envelope.not_claimed", 409),
        "again": (thanked, AlreadyThanked, "envelope.already_thanked", 409),
        "outsider": (leaving, EnvelopeNotFound, "envelope.not_found", 404),
    }[who]

    with pytest.raises(refusal) as caught:
        thank(packet, person, words="more")

    assert (caught.value.code, caught.value.status) == (code, status)
    assert said(packet) == {thanked: "once"}
    assert told(packet) == [(thanked, "once")]


def test_two_thanks_of_one_person_at_once_are_one(now: datetime) -> None:
    packet = Packet(at=now)
    person = packet.others[0]
    packet.claim(person)

    answers = at_once([lambda word=word: thank(packet, person, words=word) for word in "abcd"])

    refused = [answer for answer in answers if isinstance(answer, AlreadyThanked)]
    assert len(refused) == 3
    assert told(packet) == list(said(packet).items())


@pytest.mark.parametrize("words", ["", "   ", "x" * 61, "\x00"])
def test_thanks_are_a_few_words(now: datetime, words: str) -> None:
    packet = Packet(at=now)
    packet.claim(packet.others[0])

    with pytest.raises(Malformed) as caught:
        thank(packet, packet.others[0], words=words)

    assert caught.value.detail["field"] == "words"
    assert said(packet) == {}
