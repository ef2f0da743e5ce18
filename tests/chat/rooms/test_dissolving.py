"""Dissolving a group: its last event, and what becomes of the money in its cards."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from chat.cards.changes import show_changes
from chat.messages.models import Message
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.models import Event, Member, Room
from outbox.delivery import deliver_due
from outbox.models import Event as Waiting
from outbox.registry import Recorded
from tests.calls import call
from tests.chat.talk import Group
from tests.people import balance, befriend, make_people
from tests.threads import at_once
from wallet.envelopes.errors import EnvelopeNotFound
from wallet.envelopes.services import return_expired


def test_an_owner_dissolves_a_group_and_nobody_finds_it_any_more(now: datetime) -> None:
    group = Group(at=now)
    message = group.say("so long")

    answer = group.act(group.owner, "room.dissolve")

    assert answer["room"]["room"] == str(group.room)
    last = Event.objects.get(room_id=group.room, seq=group.last_seq())
    assert (last.seq, last.kind, last.by_id) == (5, "room.dissolved", group.owner)
    assert set(Member.objects.filter(room_id=group.room).values_list("left_seq", flat=True)) == {5}
    for person in group.people:
        assert call(person, "room.list", at=now)["rooms"] == []
        for command, fields in (
            ("room.get", {}), ("room.sync", {"after": 0}), ("room.history", {}),
            ("message.send", {"text": "still here?"}), ("room.rename", {"name": "Us"}),
            ("room.dissolve", {}),
        ):  # fmt: skip
            with pytest.raises(RoomNotFound):
                group.act(person, command, **fields)
    with pytest.raises(RoomNotFound):
        call(group.others[0], "message.react", at=now, message=message["id"], emoji="👍", on=True)
    assert group.last_seq() == 5


def test_only_an_owner_dissolves_and_only_a_group(now: datetime) -> None:
    group = Group(at=now)
    admin, member = group.others
    group.act(group.owner, "room.set_role", person=str(admin), role="admin")
    befriend([(admin, member)], at=now)
    direct = call(admin, "room.create", at=now, kind="direct", members=[str(member)])["room"]

    for person in (admin, member):
        with pytest.raises(RoomForbidden):
            group.act(person, "room.dissolve")
    with pytest.raises(RoomForbidden):
        call(admin, "room.dissolve", at=now, room=direct["room"])
    (stranger,) = make_people(1, at=now)
    with pytest.raises(RoomNotFound):
        group.act(stranger, "room.dissolve")

    assert group.last_seq() == 4
    assert not Room.objects.exclude(dissolved_at=None).filter(id=group.room).exists()
    assert len(group.members()) == 3


def test_nothing_comes_after_the_last_event_however_many_talk(now: datetime) -> None:
    group = Group(at=now, people=5)

    def talk() -> None:
        for _ in range(10):
            group.say("on and on", by=group.others[0])

    results = at_once([talk] * 4 + [lambda: group.act(group.owner, "room.dissolve")])

    assert {type(result) for result in results[:4]} <= {RoomNotFound, type(None)}
    seqs = group.seqs()
    assert seqs == list(range(1, len(seqs) + 1))
    assert seqs[-1] == group.last_seq()
    assert Event.objects.get(room_id=group.room, seq=seqs[-1]).kind == "room.dissolved"


def test_an_open_envelope_refuses_claims_and_goes_back_when_it_expires(now: datetime) -> None:
    group = Group(at=now, funds=10_000)
    sent = group.act(group.owner, "envelope.send", amount=900, count=3, kind="equal")
    envelope = sent["envelope"]["id"]
    call(group.others[0], "envelope.claim", at=now, envelope=envelope)
    group.act(group.owner, "room.dissolve")
    last = group.last_seq()

    with pytest.raises(EnvelopeNotFound):
        call(group.others[1], "envelope.claim", at=now, envelope=envelope)
    assert balance(group.others[1], at=now) == 10_000
    assert balance(group.owner, at=now) == 9_100
    later = now + timedelta(hours=25)
    return_expired(at=later)

    assert balance(group.owner, at=later) == 9_700
    assert balance(group.others[0], at=later) == 10_300
    mine = call(group.owner, "envelope.history", at=later)["envelopes"]
    assert [(one["id"], one["status"]) for one in mine] == [(envelope, "expired")]
    # The change of the card is delivered, and is nobody's business any more.
    deliver_due("chat", clock=lambda: later)
    assert not Waiting.objects.filter(key=envelope).exists()
    assert group.last_seq() == last
    assert Message.objects.get(card_id=envelope).card["status"] == "open"


def test_transfers_bills_and_loans_go_on_without_their_room(now: datetime) -> None:
    group = Group(at=now, funds=10_000)
    owner, other = group.owner, group.others[0]
    call(owner, "trust.set", at=now, person=str(other), amount=5_000, lenders="any")
    transfer = group.act(owner, "transfer.send", to=str(other), amount=100)["transfer"]["id"]
    between = {"mode": "even", "members": [str(owner), str(other)]}
    split = group.act(owner, "split.create", amount=400, note="", between=between)["split"]["id"]
    loan = group.act(other, "loan.ask", lender=str(owner), amount=500, days=7)["loan"]["id"]
    group.act(owner, "room.dissolve")

    assert call(other, "transfer.accept", at=now, transfer=transfer)["transfer"]["status"] == (
        "accepted"
    )
    for person in (owner, other):
        listed = call(person, "split.list", at=now)["splits"]
        assert [(one["id"], one["status"]) for one in listed] == [(split, "open")]
    assert call(group.others[1], "split.list", at=now)["splits"] == []
    assert call(other, "split.pay", at=now, split=split)["split"]["status"] == "settled"
    assert call(owner, "split.list", at=now)["splits"] == []
    loans = call(owner, "loan.list", at=now, role="lender")["loans"]
    assert [one["id"] for one in loans] == [loan]
    assert call(owner, "loan.grant", at=now, loan=loan)["loan"]["status"] == "open"
    assert balance(other, at=now) == 10_000 + 100 - 200 + 500


def test_a_card_of_a_dissolved_room_is_not_tried_again_and_again(now: datetime) -> None:
    group = Group(at=now, funds=10_000)
    sent = group.act(group.owner, "envelope.send", amount=900, count=3, kind="equal")
    group.act(group.owner, "room.dissolve")

    event = Recorded(
        id=1, topic="chat.card", key=UUID(sent["envelope"]["id"]), version=1, payload={}
    )
    later = show_changes([event], now + timedelta(minutes=1))

    assert later.events == {}
    assert group.last_seq() == 5
