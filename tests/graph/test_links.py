"""Links by which one makes friends: made, renewed, revoked, followed, used up."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from commands.models import Key
from graph.friends.errors import TooManyFriends, Yourself
from graph.links.errors import LinkNotFound
from graph.links.models import Link
from graph.people.errors import Locked
from graph.people.models import Person
from outbox.notices.models import Notice
from tests.calls import call, send
from tests.people import befriend, make_people
from tests.threads import at_once

WEEK = timedelta(days=7)


def link_of(person: UUID, *, at: datetime, **fields: Any) -> dict[str, Any]:
    link: dict[str, Any] = call(person, "friend.link", at=at, **fields)["link"]
    return link


def follow(person: UUID, token: str, *, at: datetime) -> str:
    return str(call(person, "friend.follow_link", at=at, token=token)["friend"]["status"])


def test_who_follows_a_link_is_a_friend_and_the_other_is_told(now: datetime) -> None:
    maker, guest = make_people(2, at=now)
    link = link_of(maker, at=now)
    assert link["url"].endswith(f"/f/{link['token']}")
    assert link["uses_left"] == 10

    ahead = call(guest, "friend.look_at_link", at=now, token=link["token"])
    assert (ahead["person"]["id"], ahead["standing"]) == (str(maker), "")
    assert follow(guest, link["token"], at=now) == "friends"

    told = Notice.objects.filter(owner__in=[maker, guest]).values_list("owner", "kind", "about")
    assert list(told) == [(maker, "friend.accepted", guest)]
    ahead = call(guest, "friend.look_at_link", at=now, token=link["token"])
    assert ahead["standing"] == "friends"
    assert call(maker, "friend.look_at_link", at=now, token=link["token"])["standing"] == "yourself"


def test_a_link_is_seen_before_one_signs_in(now: datetime) -> None:
    (maker,) = make_people(1, at=now)
    token = link_of(maker, at=now)["token"]

    assert call(None, "friend.look_at_link", at=now, token=token)["person"]["id"] == str(maker)


def test_the_link_is_the_same_until_it_is_renewed(now: datetime) -> None:
    maker, guest = make_people(2, at=now)
    first = link_of(maker, at=now)
    assert link_of(maker, at=now, uses=3) == first

    second = link_of(maker, at=now, uses=3, renew=True)

    assert second["token"] != first["token"]
    assert second["uses_left"] == 3
    with pytest.raises(LinkNotFound) as caught:
        follow(guest, first["token"], at=now)
    assert (caught.value.code, caught.value.status) == ("friend.link_not_found", 404)
    assert follow(guest, second["token"], at=now) == "friends"


def test_the_secret_is_kept_nowhere(now: datetime) -> None:
    (maker,) = make_people(1, at=now)
    command_id = uuid4()
    first = send(maker, "friend.link", at=now, command_id=command_id)

    again = send(maker, "friend.link", at=now, command_id=command_id)

    assert (again.result, again.replayed) == (first.result, True)
    assert Key.objects.get(person_id=maker, command_id=command_id).result == "{}"


def test_a_revoked_link_leads_nowhere_and_friends_stay(now: datetime) -> None:
    maker, guest, late = make_people(3, at=now)
    token = link_of(maker, at=now)["token"]
    follow(guest, token, at=now)

    call(maker, "friend.revoke_link", at=now)

    for person in (late, None):
        with pytest.raises(LinkNotFound):
            call(person, "friend.look_at_link", at=now, token=token)
    with pytest.raises(LinkNotFound):
        follow(late, token, at=now)
    (friend,) = call(maker, "friend.list", at=now)["friends"]
    assert friend["person"] == str(guest)


def test_an_expired_link_leads_nowhere_and_another_takes_its_place(now: datetime) -> None:
    maker, guest = make_people(2, at=now)
    token = link_of(maker, at=now, expires_in=60)["token"]
    later = now + timedelta(seconds=60)

    with pytest.raises(LinkNotFound):
        follow(guest, token, at=later)
    assert follow(guest, link_of(maker, at=later)["token"], at=later) == "friends"
    assert Link.objects.filter(person=maker).count() == 1


def test_uses_are_taken_once_each_by_those_who_come_together(now: datetime) -> None:
    maker, *guests = make_people(9, at=now)
    token = link_of(maker, at=now, uses=3)["token"]

    results = at_once([lambda one=one: follow(one, token, at=now) for one in guests])

    assert results.count("friends") == 3
    assert sum(isinstance(one, LinkNotFound) for one in results) == 5
    assert len(call(maker, "friend.list", at=now)["friends"]) == 3
    assert Link.objects.get(person=maker).uses_left == 0


def test_following_twice_takes_one_use(now: datetime) -> None:
    maker, guest = make_people(2, at=now)
    token = link_of(maker, at=now, uses=2)["token"]

    assert [follow(guest, token, at=now) for _ in range(3)] == ["friends"] * 3

    assert Link.objects.get(person=maker).uses_left == 1


def test_one_does_not_follow_ones_own_link(now: datetime) -> None:
    (maker,) = make_people(1, at=now)

    with pytest.raises(Yourself):
        follow(maker, link_of(maker, at=now)["token"], at=now)


@pytest.mark.parametrize("blocker", [0, 1])
def test_a_link_does_not_get_past_a_block(now: datetime, blocker: int) -> None:
    people = make_people(2, at=now)
    token = link_of(people[0], at=now)["token"]
    call(people[blocker], "person.block", at=now, person=people[1 - blocker], on=True)

    for command in ("friend.look_at_link", "friend.follow_link"):
        with pytest.raises(LinkNotFound):
            call(people[1], command, at=now, token=token)

    assert Link.objects.get(person=people[0]).uses_left == 10
    assert call(people[0], "friend.list", at=now)["friends"] == []


def test_a_link_of_somebody_who_has_left_leads_nowhere(now: datetime) -> None:
    maker, guest = make_people(2, at=now)
    token = link_of(maker, at=now)["token"]
    Person.objects.filter(id=maker).update(closed_at=now)

    with pytest.raises(LinkNotFound):
        follow(guest, token, at=now)


def test_a_link_is_not_used_where_one_of_the_two_has_too_many_friends(
    now: datetime, settings: Any
) -> None:
    settings.FRIENDS = 1
    maker, friend, guest = make_people(3, at=now)
    befriend([(maker, friend)], at=now)
    token = link_of(maker, at=now)["token"]

    with pytest.raises(TooManyFriends):
        follow(guest, token, at=now)

    assert Link.objects.get(person=maker).uses_left == 10


def test_who_guesses_is_slowed_down(now: datetime, settings: Any) -> None:
    settings.LOGIN_TRIES = 3
    maker, guesser, other = make_people(3, at=now)
    token = link_of(maker, at=now)["token"]
    guess = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")

    for command in ("friend.look_at_link", "friend.follow_link", "friend.look_at_link"):
        with pytest.raises(LinkNotFound):
            call(guesser, command, at=now, token=guess)

    with pytest.raises(Locked) as caught:
        follow(guesser, token, at=now)
    assert (caught.value.code, caught.value.retryable) == ("auth.locked", True)
    assert follow(other, token, at=now) == "friends"


def test_what_is_no_token_at_all_is_a_link_that_does_not_work(now: datetime) -> None:
    for text in ("x", "é" * 40, "A" * 43, "====", "a b"):
        (person,) = make_people(1, at=now)
        with pytest.raises(LinkNotFound):
            call(person, "friend.follow_link", at=now, token=text)
