"""Pinning messages: who may, what the room hears, and how many there can be."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from chat.messages.errors import MessageNotFound, TooLate, TooManyPins
from chat.rooms.errors import RoomForbidden
from tests.calls import call
from tests.chat.talk import Group
from tests.people import befriend, make_people


def pin(group: Group, person: UUID, message: Any, *, on: bool = True, later: int = 0) -> Any:
    at = group.at + timedelta(seconds=later)
    return call(person, "message.pin", at=at, message=message["id"], on=on)["message"]


def pinned(group: Group, person: UUID) -> list[str]:
    return [one["text"] for one in group.act(person, "room.pinned")["messages"]]


def test_a_pinned_message_is_found_first_and_the_room_is_told(now: datetime) -> None:
    group = Group(at=now)
    first, second = group.say("first"), group.say("second")

    assert pin(group, group.owner, first)["pinned"] is True
    pin(group, group.owner, second, later=1)

    assert pinned(group, group.others[0]) == ["second", "first"]
    events = group.sync(group.others[0], after=second["seq"])["events"]
    assert [event["kind"] for event in events] == ["room.changed"] * 2
    assert events[1]["pinned"] == [second["id"], first["id"]]
    assert pin(group, group.owner, second, on=False)["pinned"] is False
    assert pinned(group, group.others[0]) == ["first"]


def test_pinning_twice_takes_no_second_number(now: datetime) -> None:
    group = Group(at=now)
    message = group.say("once")
    for _ in range(2):
        pin(group, group.owner, message)
    assert group.seqs() == list(range(1, message["seq"] + 2))
    for _ in range(2):
        pin(group, group.owner, message, on=False)
    assert group.last_seq() == message["seq"] + 2


def test_plain_members_of_a_group_pin_nothing_but_friends_in_a_direct_room_do(
    now: datetime,
) -> None:
    group = Group(at=now)
    message = group.say("mine", by=group.others[0])
    with pytest.raises(RoomForbidden):
        pin(group, group.others[0], message)
    assert pinned(group, group.owner) == []

    ann, bea = make_people(2, at=now)
    befriend([(ann, bea)], at=now)
    room = call(ann, "room.create", at=now, kind="direct", members=[bea])["room"]["room"]
    sent = call(ann, "message.send", at=now, room=room, text="us")["message"]
    assert call(bea, "message.pin", at=now, message=sent["id"], on=True)["message"]["pinned"]


def test_what_was_recalled_is_no_longer_pinned_and_cannot_be(now: datetime) -> None:
    group = Group(at=now)
    message = group.say("too early")
    pin(group, group.owner, message)
    call(group.owner, "message.recall", at=now, message=message["id"])

    assert pinned(group, group.owner) == []
    with pytest.raises(TooLate) as refused:
        pin(group, group.owner, message)
    assert refused.value.code == "message.too_late"


def test_a_newcomer_sees_no_pin_from_before(now: datetime) -> None:
    group = Group(at=now)
    old = group.say("old")
    pin(group, group.owner, old)
    (newcomer,) = make_people(1, at=now)
    befriend([(group.owner, newcomer)], at=now)
    group.act(group.owner, "room.invite", people=[newcomer])
    group.act(group.owner, "room.set_role", person=newcomer, role="admin")

    assert pinned(group, newcomer) == []
    with pytest.raises(MessageNotFound):
        pin(group, newcomer, old, on=False)


def test_a_room_has_so_many_pins_and_no_more(now: datetime) -> None:
    group = Group(at=now)
    for number in range(settings.ROOM_PINS):
        pin(group, group.owner, group.say(str(number)))
    last = group.say("one too many")
    with pytest.raises(TooManyPins) as refused:
        pin(group, group.owner, last)
    assert refused.value.code == "message.too_many_pins"
    assert len(pinned(group, group.owner)) == settings.ROOM_PINS
