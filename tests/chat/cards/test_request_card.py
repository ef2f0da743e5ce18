"""A payment request in a room: its card, who may be asked, and what becomes of it."""

from datetime import datetime, timedelta

import pytest

from chat.rooms.errors import RoomNotFound
from graph.people.errors import PersonNotFound
from tests.calls import call
from tests.chat.cards.test_cards import card_of, changes, show_changes, shown
from tests.chat.talk import Group
from tests.people import make_people
from wallet.requests.models import PaymentRequest


def test_a_request_in_a_room_is_a_card_that_follows_what_becomes_of_it(now: datetime) -> None:
    group = Group(at=now, funds=1_000)
    payer = group.others[0]

    answer = group.act(group.owner, "payment_request.create", to=payer, amount=800, note="Tickets")

    request = answer["payment_request"]
    assert answer["message"]["card"] == card_of(group) == {
        "type": "request", "id": request["id"], "from": str(group.owner), "to": str(payer),
        "amount": 800, "currency": "CNY", "note": "Tickets", "status": "open",
        "expires_at": shown(now + timedelta(days=7)),
    }  # fmt: skip
    assert request["room"] == str(group.room)
    call(payer, "payment_request.pay", at=now, payment_request=request["id"])
    show_changes()
    (changed,) = changes(group)
    assert changed["card"] == card_of(group)
    assert changed["card"]["status"] == "paid"


def test_only_members_ask_members(now: datetime) -> None:
    group = Group(at=now)
    (stranger,) = make_people(1, at=now)

    with pytest.raises(PersonNotFound):
        group.act(group.owner, "payment_request.create", to=stranger, amount=1)
    with pytest.raises(RoomNotFound):
        group.act(stranger, "payment_request.create", to=group.owner, amount=1)

    assert not PaymentRequest.objects.filter(room_id=group.room).exists()
