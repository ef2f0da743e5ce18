"""Sending an envelope: the money leaves at once, and what makes no sense is refused."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chat.rooms.errors import RoomNotFound
from commands.errors import Malformed
from graph.people.errors import PersonNotFound
from tests.calls import call
from tests.people import balance, make_group, make_people
from tests.wallet.envelopes.packets import FUNDS, Packet
from wallet.envelopes.models import Envelope, Share
from wallet.ledger.errors import AmountInvalid, Frozen, InsufficientFunds
from wallet.ledger.models import Account


@pytest.mark.parametrize("kind", ["random", "equal"])
def test_the_money_leaves_the_balance_at_once(now: datetime, kind: str) -> None:
    packet = Packet(at=now, amount=300, count=3, kind=kind, greeting="恭喜發財")

    assert balance(packet.sender, at=now) == FUNDS - 300
    assert packet.in_escrow() == 300
    shares = Share.objects.filter(envelope_id=packet.id).values_list("amount", flat=True)
    assert (len(shares), sum(shares)) == (3, 300)
    (entry, *_) = call(packet.sender, "wallet.entries", at=now)["entries"]
    assert (entry["amount"], entry["kind"], entry["note"]) == (-300, "envelope.send", "恭喜發財")


def test_what_was_sent_is_shown(now: datetime) -> None:
    packet = Packet(at=now, amount=300, count=3, kind="equal", greeting="hello")

    sent = packet.sent
    expires_at = (now + timedelta(hours=24)).isoformat(timespec="milliseconds")
    assert sent == packet.get(packet.sender)
    assert sent["status"] == "open"
    assert sent["expires_at"] == expires_at.replace("+00:00", "Z")
    assert (sent["claimed"], sent["claimed_amount"], sent["shares"]) == (0, 0, [])
    assert (sent["has_password"], sent["only"], sent["luckiest"]) == (False, None, None)
    assert (sent["sender"], sent["room"]) == (str(packet.sender), str(packet.room))
    assert packet.message["card"]["id"] == str(packet.id)


def test_equal_shares_are_equal(now: datetime) -> None:
    packet = Packet(at=now, amount=300, count=3, kind="equal")

    assert set(Share.objects.filter(envelope_id=packet.id).values_list("amount", flat=True)) == {
        100
    }


@pytest.mark.parametrize(
    ("amount", "count", "kind"),
    [
        (2, 3, "random"), (60_001, 3, "random"), (20_001, 1, "random"), (2, 3, "equal"),
        (60_003, 3, "equal"), (301, 3, "equal"),
    ],
)  # fmt: skip
def test_an_amount_that_does_not_fit_its_shares_is_refused(
    now: datetime, amount: int, count: int, kind: str
) -> None:
    sender, other = make_people(2, at=now, funds=FUNDS)
    room = make_group([sender, other], at=now)

    with pytest.raises(AmountInvalid) as caught:
        call(sender, "envelope.send", at=now, room=room, amount=amount, count=count, kind=kind)

    assert caught.value.code == "wallet.amount_invalid"
    assert balance(sender, at=now) == FUNDS
    assert not Envelope.objects.filter(room_id=room).exists()


@pytest.mark.parametrize(("amount", "count"), [(3, 3), (60_000, 3), (1, 1), (500, 500)])
def test_the_limits_themselves_fit(now: datetime, amount: int, count: int) -> None:
    packet = Packet(at=now, people=2, amount=amount, count=count)

    shares = Share.objects.filter(envelope_id=packet.id).values_list("amount", flat=True)
    assert (len(shares), sum(shares)) == (count, amount)


@pytest.mark.parametrize("count", [0, 501, -1])
def test_an_envelope_has_one_to_500_shares(now: datetime, count: int) -> None:
    (sender,) = make_people(1, at=now, funds=FUNDS)
    room = make_group([sender], at=now)

    with pytest.raises(Malformed) as caught:
        call(sender, "envelope.send", at=now, room=room, amount=9_000, count=count, kind="random")

    assert caught.value.detail["field"] == "count"


def test_nobody_sends_what_they_do_not_have(now: datetime) -> None:
    (sender,) = make_people(1, at=now, funds=299)
    room = make_group([sender], at=now)

    with pytest.raises(InsufficientFunds) as caught:
        call(sender, "envelope.send", at=now, room=room, amount=300, count=3, kind="random")

    assert (caught.value.code, caught.value.status) == ("wallet.insufficient_funds", 409)
    assert balance(sender, at=now) == 299
    assert not Envelope.objects.filter(room_id=room).exists()
    assert call(sender, "room.history", at=now, room=room)["messages"] == []


def test_money_that_is_held_cannot_be_sent(now: datetime) -> None:
    sender, other = make_people(2, at=now, funds=300)
    room = make_group([sender, other], at=now)
    call(sender, "transfer.send", at=now, to=other, amount=1)

    with pytest.raises(InsufficientFunds):
        call(sender, "envelope.send", at=now, room=room, amount=300, count=3, kind="random")


def test_a_frozen_account_sends_nothing(now: datetime) -> None:
    (sender,) = make_people(1, at=now, funds=FUNDS)
    room = make_group([sender], at=now)
    Account.objects.filter(owner_id=sender).update(frozen=True)

    with pytest.raises(Frozen) as caught:
        call(sender, "envelope.send", at=now, room=room, amount=300, count=3, kind="random")

    assert (caught.value.code, caught.value.status) == ("wallet.frozen", 403)


def test_only_members_send_into_a_room(now: datetime) -> None:
    owner, stranger = make_people(2, at=now, funds=FUNDS)
    room = make_group([owner], at=now)

    with pytest.raises(RoomNotFound) as caught:
        call(stranger, "envelope.send", at=now, room=room, amount=300, count=3, kind="random")

    assert caught.value.code == "room.not_found"
    assert balance(stranger, at=now) == FUNDS


@pytest.mark.parametrize("outsider", ["stranger", "nobody"])
def test_an_envelope_is_for_members_only(now: datetime, outsider: str) -> None:
    sender, stranger = make_people(2, at=now, funds=FUNDS)
    room = make_group([sender], at=now)
    fields: dict[str, Any] = {"amount": 300, "count": 3, "kind": "random"}
    only = [sender, stranger if outsider == "stranger" else uuid4()]

    with pytest.raises(PersonNotFound):
        call(sender, "envelope.send", at=now, room=room, only=only, **fields)

    assert balance(sender, at=now) == FUNDS
