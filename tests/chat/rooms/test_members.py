"""Rooms and who is in them: direct rooms, groups, roles, coming and going."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.messages.models import Message
from chat.messages.services import change_card
from chat.rooms.errors import LastOwner, RoomForbidden, RoomFull, RoomNotFound
from chat.rooms.models import Member, Room
from chat.rooms.services import create_group
from commands.errors import Malformed
from graph.friends.errors import NotFriends
from graph.people.errors import PersonNotFound
from tests.calls import call
from tests.chat.talk import Group
from tests.graph.worlds import make_friendships
from tests.people import befriend, make_people
from tests.threads import at_once

# --- Direct rooms --------------------------------------------------------------------------------


def test_a_direct_room_is_one_per_pair_and_called_as_the_other(now: datetime) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)
    fields = {"kind": "direct", "name": "", "at": now}

    first = call(one, "room.create", members=[other], **fields)["room"]
    second = call(other, "room.create", members=[one, other], **fields)["room"]

    assert first["room"] == second["room"]
    assert (first["kind"], first["name"], first["with"]) == ("direct", "Person 1", str(other))
    assert (second["name"], second["with"]) == ("Person 0", str(one))
    assert first["last_seq"] == 2


def test_a_direct_room_that_both_open_at_once_is_one(now: datetime) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)

    def start(by: object, to: object) -> str:
        made = call(by, "room.create", at=now, kind="direct", name="", members=[to])
        return str(made["room"]["room"])

    rooms = at_once([lambda: start(one, other), lambda: start(other, one)] * 4)

    assert len(set(rooms)) == 1
    assert Member.objects.filter(room_id=rooms[0]).count() == 2
    assert Room.objects.get(id=rooms[0]).last_seq == 2


def test_a_direct_room_is_with_exactly_one_friend(now: datetime) -> None:
    one, friend, other, stranger = make_people(4, at=now)
    befriend([(one, friend), (one, other)], at=now)

    for members, refusal in (
        ([], Malformed), ([one], Malformed), ([friend, other], Malformed),
        ([stranger], NotFriends), ([uuid4()], PersonNotFound),
    ):  # fmt: skip
        with pytest.raises(refusal):
            call(one, "room.create", at=now, kind="direct", name="", members=members)

    assert call(one, "room.list", at=now)["rooms"] == []


def test_nobody_comes_or_goes_in_a_direct_room(now: datetime) -> None:
    one, other, third = make_people(3, at=now)
    befriend([(one, other), (one, third)], at=now)
    room = call(one, "room.create", at=now, kind="direct", name="", members=[other])["room"]["room"]

    for command, fields in (
        ("room.invite", {"people": [third]}), ("room.remove", {"person": other}),
        ("room.rename", {"name": "Us"}), ("room.leave", {}),
        ("room.set_role", {"person": other, "role": "owner"}),
    ):  # fmt: skip
        with pytest.raises(RoomForbidden) as refusal:
            call(one, command, at=now, room=room, **fields)
        assert refusal.value.code == "room.forbidden"

    assert Room.objects.get(id=room).last_seq == 2


def test_who_is_blocked_says_nothing_more_in_a_direct_room(now: datetime) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)
    room = call(one, "room.create", at=now, kind="direct", name="", members=[other])["room"]["room"]
    call(other, "person.block", at=now, person=one, on=True)

    for person in (one, other):
        with pytest.raises(RoomForbidden):
            call(person, "message.send", at=now, room=room, text="Hello?")

    assert Room.objects.get(id=room).last_seq == 2


# --- Groups --------------------------------------------------------------------------------------


def test_a_group_begins_with_its_owner_and_friends(now: datetime) -> None:
    owner, one, other = make_people(3, at=now)
    befriend([(owner, one), (owner, other)], at=now)

    made = call(
        owner, "room.create", at=now, kind="group", name="Trip", members=[other, one, other, owner]
    )["room"]

    assert (made["name"], made["kind"], made["role"], made["last_seq"]) == (
        "Trip",
        "group",
        "owner",
        3,
    )
    members = call(one, "room.get", at=now, room=made["room"])["members"]
    assert [(one["person"], one["role"], one["joined_seq"]) for one in members] == [
        (str(owner), "owner", 1),
        (str(other), "member", 2),
        (str(one), "member", 3),
    ]


def test_a_group_is_of_friends_and_has_a_name(now: datetime) -> None:
    owner, stranger = make_people(2, at=now)

    for name, members, refusal in (
        ("Trip", [stranger], NotFriends), ("Trip", [uuid4()], PersonNotFound), ("", [], Malformed),
    ):  # fmt: skip
        with pytest.raises(refusal):
            call(owner, "room.create", at=now, kind="group", name=name, members=members)

    assert call(owner, "room.list", at=now)["rooms"] == []


def test_any_member_invites_own_friends_who_are_in_at_once(now: datetime) -> None:
    group = Group(at=now)
    member = group.others[0]
    friend, stranger = make_people(2, at=now)
    befriend([(member, friend)], at=now)

    with pytest.raises(NotFriends):
        group.act(member, "room.invite", people=[friend, stranger])
    assert (group.last_seq(), len(group.members())) == (3, 3)
    answer = group.act(member, "room.invite", people=[friend, group.owner, friend])

    assert group.members()[str(friend)] == "member"
    assert len(answer["members"]) == 4
    assert group.seqs() == [1, 2, 3, 4]
    (joined,) = group.sync(friend)["events"]
    assert (joined["kind"], joined["by"], joined["member"]["person"]) == (
        "member.joined",
        str(member),
        str(friend),
    )


def test_a_room_holds_five_hundred(now: datetime) -> None:
    owner, *others = make_people(502, at=now)
    make_friendships(((owner, one) for one in others), at=now)
    fields = {"kind": "group", "name": "Crowd", "at": now}

    with pytest.raises(RoomFull) as refusal:
        call(owner, "room.create", members=others[:500], **fields)
    assert (refusal.value.code, refusal.value.detail) == ("room.full", {"most": 500})
    room = call(owner, "room.create", members=others[:498], **fields)["room"]["room"]
    with pytest.raises(RoomFull):
        call(owner, "room.invite", at=now, room=room, people=others[498:500])
    assert Room.objects.get(id=room).last_seq == 499
    # Of several who come at once, one gets the last place.
    answers = at_once(
        [
            lambda one=one: call(owner, "room.invite", at=now, room=room, people=[one])
            for one in others[498:]
        ]
    )

    assert sum(isinstance(answer, RoomFull) for answer in answers) == 2
    assert Member.objects.filter(room_id=room, left_seq=None).count() == 500
    assert Room.objects.get(id=room).last_seq == 500


# --- Roles ---------------------------------------------------------------------------------------


def test_roles_say_who_removes_whom(now: datetime) -> None:
    group = Group(at=now, people=6)
    owner, admin, second, member, other, _ = group.people
    for person in (admin, second):
        group.act(owner, "room.set_role", person=person, role="admin")
    before = group.last_seq()

    for by, whom in (
        (member, other), (member, admin), (admin, second), (admin, owner), (admin, admin),
        (owner, owner),
    ):  # fmt: skip
        with pytest.raises(RoomForbidden):
            group.act(by, "room.remove", person=whom)
    assert (group.last_seq(), len(group.members())) == (before, 6)
    group.act(admin, "room.remove", person=other)
    group.act(owner, "room.remove", person=second)

    assert len(group.members()) == 4
    with pytest.raises(RoomNotFound):
        group.act(owner, "room.remove", person=other)


def test_roles_say_who_renames_and_who_gives_roles(now: datetime) -> None:
    group = Group(at=now)
    admin, member = group.others
    group.act(group.owner, "room.set_role", person=admin, role="admin")

    with pytest.raises(RoomForbidden):
        group.act(member, "room.rename", name="Ours")
    for person in (admin, member):
        with pytest.raises(RoomForbidden):
            group.act(person, "room.set_role", person=person, role="owner")
    shown = group.act(admin, "room.rename", name="Ours")["room"]

    assert shown["name"] == "Ours"
    assert list(group.members().values()) == ["owner", "admin", "member"]
    changed, renamed = group.sync(member, after=3)["events"]
    assert (changed["kind"], changed["member"]["role"]) == ("member.changed", "admin")
    assert (renamed["kind"], renamed["name"], renamed["by"]) == ("room.changed", "Ours", str(admin))


def test_the_last_owner_hands_over_first(now: datetime) -> None:
    group = Group(at=now)
    heir = group.others[0]

    for command, fields in (
        ("room.leave", {}), ("room.set_role", {"person": group.owner, "role": "member"}),
    ):  # fmt: skip
        with pytest.raises(LastOwner) as refusal:
            group.act(group.owner, command, **fields)
        assert refusal.value.code == "room.last_owner"
    assert (group.last_seq(), len(group.members())) == (3, 3)
    group.act(group.owner, "room.set_role", person=heir, role="owner")
    group.act(group.owner, "room.leave")

    assert group.act(heir, "room.get")["room"]["role"] == "owner"


def test_of_two_owners_who_leave_at_once_one_stays(now: datetime) -> None:
    for _ in range(4):
        group = Group(at=now)
        heir = group.others[0]
        group.act(group.owner, "room.set_role", person=heir, role="owner")

        answers = at_once(
            [lambda one=one, g=group: g.act(one, "room.leave") for one in (group.owner, heir)]
        )

        assert sum(isinstance(answer, LastOwner) for answer in answers) == 1
        owners = Member.objects.filter(room_id=group.room, left_seq=None, role="owner")
        assert owners.count() == 1


def test_who_is_alone_may_leave(now: datetime) -> None:
    group = Group(at=now, people=1)

    group.act(group.owner, "room.leave")

    assert call(group.owner, "room.list", at=now)["rooms"] == []


# --- Reading -------------------------------------------------------------------------------------


def test_rooms_come_with_the_newest_message_first_and_what_is_unread(now: datetime) -> None:
    group = Group(at=now)
    reader = group.others[0]
    befriend([(reader, group.others[1])], at=now)
    other = call(
        reader, "room.create", at=now, kind="group", name="Later", members=[group.others[1]]
    )["room"]["room"]
    group.say("one")
    group.say("two")

    listed = call(reader, "room.list", at=now)["rooms"]

    assert [(one["room"], one["unread"]) for one in listed] == [(str(group.room), 2), (other, 0)]
    assert listed[0]["newest"]["text"] == "two"
    assert (listed[0]["last_seq"], listed[0]["read_seq"]) == (5, 2)
    group.act(reader, "read.mark", seq=4)
    assert group.act(reader, "room.get")["room"]["unread"] == 1


def test_read_marks_only_move_forward_and_not_beyond_the_end(now: datetime) -> None:
    group = Group(at=now)
    reader = group.others[0]
    group.say("one")

    def mark(seq: int) -> int:
        group.act(reader, "read.mark", seq=seq)
        return int(group.act(reader, "room.get")["room"]["read_seq"])

    assert [mark(seq) for seq in (4, 3, 0, 99)] == [4, 4, 4, 4]
    # A mark takes no number.
    assert group.last_seq() == 4


def test_own_messages_are_never_unread(now: datetime) -> None:
    group = Group(at=now)
    group.say("mine")

    assert group.act(group.owner, "room.get")["room"]["unread"] == 0


def test_a_room_is_muted_for_oneself(now: datetime) -> None:
    group = Group(at=now)
    one, other = group.others

    assert group.act(one, "room.mute", on=True)["room"]["muted"] is True
    assert group.act(other, "room.get")["room"]["muted"] is False
    assert group.act(one, "room.mute", on=False)["room"]["muted"] is False


def test_a_room_one_is_not_in_does_not_exist(now: datetime) -> None:
    group = Group(at=now)
    (outsider,) = make_people(1, at=now)
    befriend([(outsider, group.owner)], at=now)

    for command, fields in (
        ("room.get", {}), ("room.sync", {"after": 0}), ("room.history", {}), ("room.leave", {}),
        ("room.rename", {"name": "x"}), ("room.invite", {"people": [group.owner]}),
        ("room.remove", {"person": group.owner}), ("message.send", {"text": "x"}),
        ("room.set_role", {"person": group.owner, "role": "member"}), ("read.mark", {"seq": 1}),
        ("typing", {"on": True}), ("room.mute", {"on": True}),
    ):  # fmt: skip
        with pytest.raises(RoomNotFound):
            group.act(outsider, command, **fields)
    assert group.last_seq() == 3


def test_a_room_list_shows_the_newest_message_as_it_stands_now(now: datetime) -> None:
    group = Group(at=now, people=2, funds=1_000)
    reader = group.others[0]

    def newest() -> dict[str, Any]:
        (room,) = call(reader, "room.list", at=now)["rooms"]
        assert room["newest_at"] == room["newest"]["at"]
        return dict(room["newest"])

    said = group.say("frist")
    call(group.owner, "message.edit", at=now, message=said["id"], text="first")
    call(reader, "message.react", at=now, message=said["id"], emoji="👍", on=True)
    assert (newest()["text"], newest()["kind"]) == ("first", "text")
    assert newest()["reactions"] == [{"emoji": "👍", "people": [str(reader)]}]
    call(group.owner, "message.recall", at=now, message=said["id"])
    assert (newest()["text"], newest()["kind"]) == ("", "recalled")

    sent = group.act(group.owner, "envelope.send", amount=100, count=1, kind="equal")
    message = Message.objects.get(id=sent["message"]["id"])
    assert newest()["card"]["status"] == "open"
    change_card(message=message, card=(message.card or {}) | {"status": "emptied"}, at=now)
    assert newest()["card"]["status"] == "emptied"


def test_a_crowd_is_let_in_by_as_many_statements_as_a_few(now: datetime) -> None:
    def count_statements(guests: int) -> int:
        owner, *others = make_people(guests + 1, at=now)
        make_friendships(((owner, one) for one in others), at=now)
        with CaptureQueriesContext(connection) as statements:
            room = create_group(name="Crowd", owner_id=owner, others=others, at=now)
        assert Room.objects.get(id=room).last_seq == guests + 1
        return len(statements)

    assert count_statements(3) == count_statements(60)
