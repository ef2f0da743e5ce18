"""Asking to be let into a group, and what its owners and admins answer."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chat.invites.errors import (
    JoinRequestDecided,
    JoinRequestNotFound,
    JoinRequestRefused,
    TooManyJoinRequests,
)
from chat.invites.models import Invite, JoinRequest
from chat.rooms.errors import RoomForbidden, RoomFull, RoomNotFound
from tests.calls import call
from tests.chat.invites.test_invites import make_link, use
from tests.chat.talk import Group
from tests.people import befriend, make_people
from tests.threads import at_once


def waiting(group: Group) -> list[str]:
    """Return the ids of the requests that wait."""
    return [one["id"] for one in group.act(group.owner, "join_request.list")["join_requests"]]


def told(person: UUID, kind: str, *, at: datetime) -> list[tuple[str, str]]:
    """Return whom and what the person was told of."""
    notices = call(person, "notice.list", at=at)["notices"]
    return [(one["person"], one["ref"]) for one in notices if one["kind"] == kind]


@pytest.fixture
def group(now: datetime) -> Group:
    """Return a group with an owner, an admin and a member."""
    group = Group(at=now)
    group.act(group.owner, "room.set_role", person=str(group.others[0]), role="admin")
    return group


def test_who_asks_waits_until_an_admin_lets_them_in(group: Group, now: datetime) -> None:
    (guest,) = make_people(1, at=now)
    admin, member = group.others
    link = make_link(group, needs_approval=True)

    assert use(guest, link, at=now) == {"status": "pending", "room": None}
    assert call(guest, "room.list", at=now)["rooms"] == []
    assert call(guest, "invite.look", at=now, token=link["token"])["standing"] == "pending"
    for person in (group.owner, admin):
        assert told(person, "join.asked", at=now) == [(str(guest), str(group.room))]
    assert told(member, "join.asked", at=now) == []
    (request,) = group.act(admin, "join_request.list")["join_requests"]
    assert (request["person"]["id"], request["status"]) == (str(guest), "pending")
    approved = call(admin, "join_request.approve", at=now, join_request=request["id"])

    assert approved["join_request"]["status"] == "approved"
    (event,) = group.sync(group.owner, after=4)["events"]
    assert (event["kind"], event["by"], event["via"]) == ("member.joined", str(admin), "invite")
    assert [room["room"] for room in call(guest, "room.list", at=now)["rooms"]] == [str(group.room)]
    assert told(guest, "join.approved", at=now) == [(str(admin), str(group.room))]
    assert waiting(group) == []


def test_asking_twice_is_one_request_and_one_use(group: Group, now: datetime) -> None:
    (guest,) = make_people(1, at=now)
    link = make_link(group, needs_approval=True, uses=1)

    results = at_once([lambda: use(guest, link, at=now)] * 4)

    assert results == [{"status": "pending", "room": None}] * 4
    assert len(waiting(group)) == 1
    assert Invite.objects.get(id=link["id"]).uses_left == 0
    assert len(told(group.owner, "join.asked", at=now)) == 1
    assert call(guest, "invite.look", at=now, token=link["token"])["standing"] == "pending"


def test_who_is_refused_may_ask_again_after_some_days(group: Group, now: datetime) -> None:
    (guest,) = make_people(1, at=now)
    link = make_link(group, needs_approval=True, expires_in=30 * 24 * 3600)
    use(guest, link, at=now)
    (request,) = waiting(group)
    refused = call(group.owner, "join_request.refuse", at=now, join_request=request)

    assert refused["join_request"]["status"] == "refused"
    open_link = make_link(group)
    for one in (link, open_link):
        with pytest.raises(JoinRequestRefused) as error:
            use(guest, one, at=now)
        assert error.value.code == "join_request.refused"
    assert (waiting(group), len(group.members())) == ([], 3)
    assert call(guest, "invite.look", at=now, token=link["token"])["standing"] == "refused"
    later = now + timedelta(days=8)
    assert use(guest, link, at=later)["status"] == "pending"


def test_who_was_removed_comes_back_only_with_approval(group: Group, now: datetime) -> None:
    removed, left = group.others
    group.act(group.owner, "room.remove", person=str(removed))
    group.act(left, "room.leave")
    link = make_link(group)

    assert use(left, link, at=now)["status"] == "joined"
    assert use(removed, link, at=now)["status"] == "pending"
    assert set(group.members()) == {str(group.owner), str(left)}
    (request,) = waiting(group)
    call(group.owner, "join_request.approve", at=now, join_request=request)
    group.act(removed, "room.leave")

    # Somebody let them back once, so they are as free to come as others.
    assert use(removed, link, at=now)["status"] == "joined"


def test_only_who_manages_the_room_decides(group: Group, now: datetime) -> None:
    (guest,) = make_people(1, at=now)
    other = Group(at=now)
    use(guest, make_link(group, needs_approval=True), at=now)
    (request,) = waiting(group)
    member = group.others[1]

    for person in (guest, member, other.owner):
        for command in ("join_request.approve", "join_request.refuse"):
            with pytest.raises(JoinRequestNotFound):
                call(person, command, at=now, join_request=request)
    for person, refusal in ((member, RoomForbidden), (guest, RoomNotFound)):
        with pytest.raises(refusal):
            group.act(person, "join_request.list")
    with pytest.raises(JoinRequestNotFound) as error:
        call(group.owner, "join_request.refuse", at=now, join_request=str(guest))

    assert error.value.code == "join_request.not_found"
    assert (waiting(group), len(group.members())) == ([request], 3)


def test_two_who_decide_at_once_decide_once(group: Group, now: datetime) -> None:
    (guest,) = make_people(1, at=now)
    use(guest, make_link(group, needs_approval=True), at=now)
    (request,) = waiting(group)

    def decide(command: str, person: UUID) -> Any:
        return call(person, f"join_request.{command}", at=now, join_request=request)

    results = at_once(
        [lambda: decide("approve", group.owner), lambda: decide("approve", group.others[0])] * 3
        + [lambda: decide("refuse", group.owner)] * 2
    )

    status = JoinRequest.objects.get(id=request).status
    assert (status == "approved") == (str(guest) in group.members())
    for result in results:
        if isinstance(result, dict):
            assert result["join_request"]["status"] == status
        else:
            assert isinstance(result, JoinRequestDecided)
            assert (result.code, result.detail) == ("join_request.decided", {"status": status})
    assert group.last_seq() == (5 if status == "approved" else 4)


def test_a_decision_is_not_turned_round(group: Group, now: datetime) -> None:
    one, other = make_people(2, at=now)
    link = make_link(group, needs_approval=True)
    use(one, link, at=now)
    use(other, link, at=now)
    let_in, refused = waiting(group)
    call(group.owner, "join_request.approve", at=now, join_request=let_in)
    call(group.owner, "join_request.refuse", at=now, join_request=refused)

    for verb, request in (("refuse", let_in), ("approve", refused)):
        with pytest.raises(JoinRequestDecided):
            call(group.owner, f"join_request.{verb}", at=now, join_request=request)

    assert (str(one) in group.members(), str(other) in group.members()) == (True, False)


def test_a_full_room_lets_nobody_in_by_approval_either(
    group: Group, now: datetime, settings: Any
) -> None:
    (guest,) = make_people(1, at=now)
    use(guest, make_link(group, needs_approval=True), at=now)
    (request,) = waiting(group)
    settings.ROOM_MEMBERS = 3

    with pytest.raises(RoomFull):
        call(group.owner, "join_request.approve", at=now, join_request=request)

    assert (waiting(group), len(group.members())) == ([request], 3)


def test_so_many_wait_and_no_more(group: Group, now: datetime, settings: Any) -> None:
    settings.ROOM_JOIN_REQUESTS = 2
    people = make_people(3, at=now)
    link = make_link(group, needs_approval=True, uses=10)
    for guest in people[:2]:
        use(guest, link, at=now)

    with pytest.raises(TooManyJoinRequests) as error:
        use(people[2], link, at=now)

    assert error.value.code == "join_request.too_many"
    assert len(waiting(group)) == 2
    assert Invite.objects.get(id=link["id"]).uses_left == 8


def test_who_was_added_by_a_friend_waits_no_more(group: Group, now: datetime) -> None:
    (guest,) = make_people(1, at=now)
    use(guest, make_link(group, needs_approval=True), at=now)
    (request,) = waiting(group)
    befriend([(group.owner, guest)], at=now)
    group.act(group.owner, "room.invite", people=[str(guest)])

    assert waiting(group) == []
    call(group.owner, "join_request.approve", at=now, join_request=request)
    assert group.last_seq() == 5


def test_nobody_decides_for_a_room_that_is_dissolved(group: Group, now: datetime) -> None:
    (guest,) = make_people(1, at=now)
    use(guest, make_link(group, needs_approval=True), at=now)
    (request,) = waiting(group)
    group.act(group.owner, "room.dissolve")

    with pytest.raises(JoinRequestNotFound):
        call(group.owner, "join_request.approve", at=now, join_request=request)

    assert JoinRequest.objects.get(id=request).status == "pending"
    assert call(guest, "room.list", at=now)["rooms"] == []
