"""Links into groups: who makes them, who comes in by them, and when they stop working."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chat.invites.errors import InviteNotFound, TooManyInvites
from chat.invites.models import Invite
from chat.invites.services import forget_old
from chat.invites.tokens import make_token, read_token
from chat.rooms.errors import RoomForbidden, RoomFull, RoomNotFound
from commands.errors import Malformed
from commands.models import Key
from tests.calls import call, send
from tests.chat.talk import Group
from tests.people import make_people
from tests.threads import at_once


def make_link(group: Group, *, by: UUID | None = None, **fields: Any) -> Any:
    return group.act(by or group.owner, "invite.create", **fields)["invite"]


def use(person: UUID, link: Any, *, at: datetime) -> Any:
    return call(person, "invite.use", at=at, token=link["token"])


def test_a_stranger_looks_and_comes_in(now: datetime) -> None:
    group = Group(at=now)
    (stranger,) = make_people(1, at=now)
    link = make_link(group)

    for person in (None, stranger):
        ahead = call(person, "invite.look", at=now, token=link["token"])
        assert ahead["room"] == {"room": str(group.room), "name": "Room", "members": 3}
        assert (ahead["by"]["id"], ahead["by"]["name"]) == (str(group.owner), "Person 0")
        assert (ahead["needs_approval"], ahead["standing"]) == (False, "")
    used = use(stranger, link, at=now)

    assert (used["status"], used["room"]["room"]) == ("joined", str(group.room))
    assert used["room"]["joined_seq"] == 4
    (event,) = group.sync(group.owner, after=3)["events"]
    assert (event["kind"], event["by"], event["via"]) == (
        "member.joined", str(group.owner), "invite",
    )  # fmt: skip
    assert (event["member"]["person"], event["member"]["role"]) == (str(stranger), "member")
    assert call(stranger, "invite.look", at=now, token=link["token"])["standing"] == "member"


def test_coming_in_twice_takes_one_use_and_writes_one_event(now: datetime) -> None:
    group = Group(at=now)
    one, other = make_people(2, at=now)
    link = make_link(group, uses=2)

    assert use(one, link, at=now)["status"] == use(one, link, at=now)["status"] == "joined"
    assert group.last_seq() == 4
    assert Invite.objects.get(id=link["id"]).uses_left == 1
    # Who is in already needs none.
    assert use(group.others[0], link, at=now)["status"] == "joined"
    assert use(other, link, at=now)["status"] == "joined"
    assert Invite.objects.get(id=link["id"]).uses_left == 0


def test_owners_and_admins_make_list_and_revoke_links(now: datetime) -> None:
    group = Group(at=now)
    admin, member = group.others
    (stranger,) = make_people(1, at=now)
    group.act(group.owner, "room.set_role", person=str(admin), role="admin")

    first = make_link(group, by=admin, uses=3, expires_in=3600, needs_approval=True)
    second = make_link(group)

    assert (first["uses_left"], first["needs_approval"], first["by"]) == (3, True, str(admin))
    assert first["url"].endswith(f"/join/{first['token']}")
    assert second["uses_left"] is None
    listed = group.act(admin, "invite.list")["invites"]
    assert [one["id"] for one in listed] == [second["id"], first["id"]]
    assert listed[1] == first
    for person, refusal in ((member, RoomForbidden), (stranger, RoomNotFound)):
        for command in ("invite.create", "invite.list"):
            with pytest.raises(refusal):
                group.act(person, command)
        with pytest.raises(InviteNotFound):
            call(person, "invite.revoke", at=now, invite=first["id"])
    call(group.owner, "invite.revoke", at=now, invite=first["id"])

    assert [one["id"] for one in group.act(admin, "invite.list")["invites"]] == [second["id"]]
    with pytest.raises(InviteNotFound):
        use(stranger, first, at=now)
    assert len(group.members()) == 3


def test_a_direct_room_has_no_links(now: datetime) -> None:
    group = Group(at=now, people=2)
    direct = call(
        group.owner, "room.create", at=now, kind="direct", members=[str(group.others[0])]
    )["room"]["room"]

    with pytest.raises(RoomForbidden):
        call(group.owner, "invite.create", at=now, room=direct)

    assert Invite.objects.filter(room_id=direct).count() == 0


def test_a_link_that_ended_lets_nobody_in(now: datetime) -> None:
    group = Group(at=now)
    (stranger,) = make_people(1, at=now)
    expired = make_link(group, expires_in=60)
    dissolved = Group(at=now)
    gone = make_link(dissolved)
    dissolved.act(dissolved.owner, "room.dissolve")
    later = now + timedelta(seconds=61)

    tokens = [expired["token"], gone["token"], "x", "x" * 43, expired["token"][:-1] + "_"]
    for token in tokens:
        for person, command in (
            (None, "invite.look"), (stranger, "invite.look"), (stranger, "invite.use"),
        ):  # fmt: skip
            with pytest.raises(InviteNotFound):
                call(person, command, at=later, token=token)

    assert call(stranger, "room.list", at=later)["rooms"] == []
    assert group.last_seq() == 3
    assert dissolved.last_seq() == 4


def test_a_link_stands_on_its_makers_role(now: datetime) -> None:
    group = Group(at=now)
    admin = group.others[0]
    (stranger,) = make_people(1, at=now)
    group.act(group.owner, "room.set_role", person=str(admin), role="admin")
    link = make_link(group, by=admin)
    group.act(group.owner, "room.set_role", person=str(admin), role="member")

    with pytest.raises(InviteNotFound):
        use(stranger, link, at=now)
    group.act(group.owner, "room.remove", person=str(admin))
    with pytest.raises(InviteNotFound):
        use(stranger, link, at=now)

    assert len(group.members()) == 2
    assert group.act(group.owner, "invite.list")["invites"] == []


def test_a_block_between_maker_and_guest_closes_the_link_for_the_guest(now: datetime) -> None:
    group = Group(at=now)
    blocked, blocker = make_people(2, at=now)
    call(group.owner, "person.block", at=now, person=str(blocked), on=True)
    call(blocker, "person.block", at=now, person=str(group.owner), on=True)
    link = make_link(group)

    for person in (blocked, blocker):
        for command in ("invite.look", "invite.use"):
            with pytest.raises(InviteNotFound):
                call(person, command, at=now, token=link["token"])

    assert group.last_seq() == 3


def test_a_full_room_takes_nobody_more(now: datetime, settings: Any) -> None:
    group = Group(at=now)
    one, other = make_people(2, at=now)
    link = make_link(group, uses=5)
    settings.ROOM_MEMBERS = 4
    use(one, link, at=now)

    with pytest.raises(RoomFull):
        use(other, link, at=now)

    assert len(group.members()) == 4
    assert Invite.objects.get(id=link["id"]).uses_left == 4


def test_the_last_use_is_taken_once(now: datetime) -> None:
    group = Group(at=now)
    people = make_people(8, at=now)
    link = make_link(group, uses=1)

    results = at_once([lambda person=person: use(person, link, at=now) for person in people])

    assert sum(isinstance(result, dict) for result in results) == 1
    assert sum(isinstance(result, InviteNotFound) for result in results) == 7
    assert Invite.objects.get(id=link["id"]).uses_left == 0
    assert (len(group.members()), group.last_seq()) == (4, 4)
    # A link that others used up says so before one tries.
    with pytest.raises(InviteNotFound):
        call(None, "invite.look", at=now, token=link["token"])


def test_the_last_place_in_a_room_is_taken_once(now: datetime, settings: Any) -> None:
    group = Group(at=now)
    people = make_people(8, at=now)
    link = make_link(group)
    settings.ROOM_MEMBERS = 4

    results = at_once([lambda person=person: use(person, link, at=now) for person in people])

    assert sum(isinstance(result, dict) for result in results) == 1
    assert sum(isinstance(result, RoomFull) for result in results) == 7
    assert len(group.members()) == 4


def test_a_room_has_so_many_links(now: datetime, settings: Any) -> None:
    settings.ROOM_INVITES = 2
    group = Group(at=now)
    first, _ = make_link(group), make_link(group)

    with pytest.raises(TooManyInvites) as refused:
        make_link(group)
    assert (refused.value.code, refused.value.detail) == ("invite.too_many", {"most": 2})
    assert len(group.act(group.owner, "invite.list")["invites"]) == 2
    call(group.owner, "invite.revoke", at=now, invite=first["id"])
    make_link(group)


def test_bounds_of_a_link(now: datetime) -> None:
    group = Group(at=now)
    for fields in ({"uses": 0}, {"uses": 501}, {"expires_in": 59}, {"expires_in": 2_592_001}):
        with pytest.raises(Malformed):
            make_link(group, **fields)

    assert Invite.objects.filter(room_id=group.room).count() == 0


def test_the_secret_of_a_link_is_kept_nowhere_and_told_again(now: datetime) -> None:
    group = Group(at=now)
    command_id = UUID(int=group.room.int ^ 1)
    fields = {"room": str(group.room), "at": now, "command_id": command_id}

    first = send(group.owner, "invite.create", **fields)
    again = send(group.owner, "invite.create", **fields)

    assert (first.replayed, again.replayed) == (False, True)
    assert first.result == again.result
    invite = Invite.objects.get(room_id=group.room)
    token = make_token(invite.id)
    assert token in first.result
    assert token not in str(Key.objects.get(command_id=command_id).result)
    assert read_token(token) == invite.id


def test_one_token_does_not_open_another_link(now: datetime) -> None:
    group = Group(at=now)
    one, other = (UUID(make_link(group)["id"]) for _ in range(2))

    assert len(make_token(one)) == 43
    mixed = make_token(one)[:21] + make_token(other)[21:]
    assert read_token(mixed) is None
    assert [read_token(text) for text in ("", "ä", "====", "a" * 100)] == [None] * 4


def test_old_links_are_forgotten(now: datetime) -> None:
    group = Group(at=now)
    old, fresh = make_link(group, expires_in=60), make_link(group)

    forget_old(at=now + timedelta(days=31))

    left = Invite.objects.filter(room_id=group.room).values_list("id", flat=True)
    assert [str(one) for one in left] == [fresh["id"]]
    assert old["id"] != fresh["id"]


def test_codes_of_refusals() -> None:
    assert InviteNotFound.code == "invite.not_found"
