"""Friendships: every way from strangers to friends and back, as both sides see it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from graph.friends.errors import NotAsked, NotFriends, TooManyFriends, Yourself
from graph.friends.models import Friendship
from graph.people.errors import PersonNotFound
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import befriend, make_people
from tests.threads import at_once


def status(person: UUID, other: UUID, *, at: datetime) -> str:
    """Return what a person sees of their tie to another: in their friends, requests, or nowhere."""
    seen = [
        friend["status"]
        for command in ("friend.list", "friend.requests")
        for friend in call(person, command, at=at)["friends"]
        if friend["person"] == str(other)
    ]
    assert len(seen) <= 1
    return seen[0] if seen else "none"


def both(one: UUID, other: UUID, *, at: datetime) -> tuple[str, str]:
    return status(one, other, at=at), status(other, one, at=at)


def told(person: UUID) -> list[str]:
    return list(
        Notice.objects.filter(owner_id=person).order_by("id").values_list("kind", flat=True)
    )


def test_a_request_is_seen_by_both_and_told_to_the_other(now: datetime) -> None:
    one, other = make_people(2, at=now)

    friend = call(one, "friend.ask", at=now, person=other, note="from school")["friend"]

    assert friend["person"] == str(other)
    assert (friend["status"], friend["family"]) == ("asked_by_me", False)
    assert both(one, other, at=now) == ("asked_by_me", "asked_by_them")
    (request,) = call(other, "friend.requests", at=now)["friends"]
    assert request["note"] == "from school"
    assert (told(one), told(other)) == ([], ["friend.asked"])


def test_asking_again_is_the_same_request(now: datetime) -> None:
    one, other = make_people(2, at=now)
    call(one, "friend.ask", at=now, person=other, note="first")

    friend = call(one, "friend.ask", at=now, person=other, note="second")["friend"]

    assert (friend["status"], friend["note"]) == ("asked_by_me", "first")
    assert told(other) == ["friend.asked"]


def test_accepting_makes_friends(now: datetime) -> None:
    one, other = make_people(2, at=now)
    call(one, "friend.ask", at=now, person=other)

    friend = call(other, "friend.accept", at=now, person=one)["friend"]

    assert (friend["person"], friend["status"]) == (str(one), "friends")
    assert both(one, other, at=now) == ("friends", "friends")
    assert told(one) == ["friend.accepted"]


def test_asking_somebody_who_has_asked_makes_friends(now: datetime) -> None:
    one, other = make_people(2, at=now)
    call(one, "friend.ask", at=now, person=other)

    friend = call(other, "friend.ask", at=now, person=one)["friend"]

    assert friend["status"] == "friends"
    assert both(one, other, at=now) == ("friends", "friends")
    assert told(one) == ["friend.accepted"]


def test_two_who_ask_each_other_at_once_are_friends(now: datetime) -> None:
    one, other = make_people(2, at=now)

    at_once(
        [
            lambda: call(one, "friend.ask", at=now, person=other),
            lambda: call(other, "friend.ask", at=now, person=one),
        ]
    )

    assert both(one, other, at=now) == ("friends", "friends")
    assert Friendship.objects.filter(low_id__in=[one, other]).count() == 1


@pytest.mark.parametrize("command", ["friend.ask", "friend.accept"])
def test_asking_and_accepting_a_friend_changes_nothing(now: datetime, command: str) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)
    before = Friendship.objects.get(low_id__in=[one, other]).version

    assert call(one, command, at=now, person=other)["friend"]["status"] == "friends"

    assert Friendship.objects.get(low_id__in=[one, other]).version == before
    assert both(one, other, at=now) == ("friends", "friends")


@pytest.mark.parametrize("refuser", ["asker", "asked"])
def test_a_request_can_be_refused_or_taken_back(now: datetime, refuser: str) -> None:
    asker, asked = make_people(2, at=now)
    call(asker, "friend.ask", at=now, person=asked, note="hello")
    by, other = (asker, asked) if refuser == "asker" else (asked, asker)

    assert call(by, "friend.refuse", at=now, person=other)["friend"]["status"] == "none"

    assert both(asker, asked, at=now) == ("none", "none")
    call(asked, "friend.ask", at=now, person=asker)
    assert both(asker, asked, at=now) == ("asked_by_them", "asked_by_me")


@pytest.mark.parametrize("command", ["friend.accept", "friend.refuse"])
def test_there_must_be_a_request_to_answer(now: datetime, command: str) -> None:
    one, other = make_people(2, at=now)

    with pytest.raises(NotAsked) as caught:
        call(one, command, at=now, person=other)

    assert caught.value.code == "friend.not_asked"
    assert both(one, other, at=now) == ("none", "none")


def test_nobody_accepts_their_own_request(now: datetime) -> None:
    one, other = make_people(2, at=now)
    call(one, "friend.ask", at=now, person=other)

    with pytest.raises(NotAsked):
        call(one, "friend.accept", at=now, person=other)

    assert both(one, other, at=now) == ("asked_by_me", "asked_by_them")


@pytest.mark.parametrize("remover", [0, 1])
def test_a_friendship_ends_for_both(now: datetime, remover: int) -> None:
    people = make_people(2, at=now)
    befriend([(people[0], people[1])], at=now)

    removed = call(people[remover], "friend.remove", at=now, person=people[1 - remover])

    assert removed["friend"]["status"] == "none"
    assert both(*people, at=now) == ("none", "none")


@pytest.mark.parametrize("command", ["friend.remove", "friend.mark_family"])
def test_what_needs_a_friendship_is_refused_without_one(now: datetime, command: str) -> None:
    one, other = make_people(2, at=now)
    call(one, "friend.ask", at=now, person=other)

    with pytest.raises(NotFriends) as caught:
        call(one, command, at=now, person=other)

    assert caught.value.code == "friend.not_friends"
    assert both(one, other, at=now) == ("asked_by_me", "asked_by_them")


def test_family_counts_once_both_have_said_so(now: datetime) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)

    assert not call(one, "friend.mark_family", at=now, person=other)["friend"]["family"]
    assert not call(one, "friend.mark_family", at=now, person=other)["friend"]["family"]
    assert call(other, "friend.mark_family", at=now, person=one)["friend"]["family"]

    (friend,) = call(one, "friend.list", at=now)["friends"]
    assert friend["family"]


def test_family_ends_with_the_friendship(now: datetime) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)
    call(one, "friend.mark_family", at=now, person=other)
    call(other, "friend.mark_family", at=now, person=one)
    call(one, "friend.remove", at=now, person=other)

    befriend([(one, other)], at=now)

    (friend,) = call(one, "friend.list", at=now)["friends"]
    assert not friend["family"]


def test_friends_are_listed_by_name(now: datetime) -> None:
    people = make_people(4, at=now)
    befriend([(people[0], person) for person in people[:0:-1]], at=now)

    names = [friend["name"] for friend in call(people[0], "friend.list", at=now)["friends"]]

    assert names == ["Person 1", "Person 2", "Person 3"]


# --- Blocking ------------------------------------------------------------------------------------


def test_somebody_who_is_blocked_sees_their_request_pending(now: datetime) -> None:
    asker, blocker = make_people(2, at=now)
    blocked = call(blocker, "person.block", at=now, person=asker, on=True)
    assert (blocked["person"]["id"], blocked["blocked"]) == (str(asker), True)

    friend = call(asker, "friend.ask", at=now, person=blocker)["friend"]

    assert friend["status"] == "asked_by_me"
    assert both(asker, blocker, at=now) == ("asked_by_me", "none")
    assert told(blocker) == []


def test_a_request_is_seen_again_once_the_block_is_lifted(now: datetime) -> None:
    asker, blocker = make_people(2, at=now)
    call(asker, "friend.ask", at=now, person=blocker)
    call(blocker, "person.block", at=now, person=asker, on=True)
    assert status(blocker, asker, at=now) == "none"

    call(blocker, "person.block", at=now, person=asker, on=False)

    assert both(asker, blocker, at=now) == ("asked_by_me", "asked_by_them")


def test_blocking_ends_a_friendship(now: datetime) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)

    call(one, "person.block", at=now, person=other, on=True)

    assert both(one, other, at=now) == ("none", "none")


def test_who_blocks_takes_their_own_request_back(now: datetime) -> None:
    """Otherwise the blocked one could accept it, or ask, and be a friend against the other's
    will.
    """
    blocker, blocked = make_people(2, at=now)
    call(blocker, "friend.ask", at=now, person=blocked)

    call(blocker, "person.block", at=now, person=blocked, on=True)

    assert both(blocker, blocked, at=now) == ("none", "none")
    call(blocked, "friend.ask", at=now, person=blocker)
    assert both(blocked, blocker, at=now) == ("asked_by_me", "none")


def test_asking_somebody_one_has_blocked_lifts_the_block(now: datetime) -> None:
    asker, blocker = make_people(2, at=now)
    call(blocker, "person.block", at=now, person=asker, on=True)
    call(asker, "friend.ask", at=now, person=blocker)

    call(blocker, "friend.ask", at=now, person=asker)

    assert both(asker, blocker, at=now) == ("friends", "friends")


# --- Limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("full", ["asker", "asked"])
def test_nobody_has_more_friends_than_one_can_have(now: datetime, settings: Any, full: str) -> None:
    settings.FRIENDS = 2
    asker, asked, *others = make_people(4, at=now)
    crowded = asker if full == "asker" else asked
    befriend([(crowded, other) for other in others], at=now)
    call(asker, "friend.ask", at=now, person=asked)

    with pytest.raises(TooManyFriends) as caught:
        call(asked, "friend.accept", at=now, person=asker)

    assert caught.value.code == "friend.too_many"
    assert caught.value.detail == {"most": 2}
    assert both(asker, asked, at=now) == ("asked_by_me", "asked_by_them")


COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("friend.ask", {}),
    ("friend.accept", {}),
    ("friend.refuse", {}),
    ("friend.remove", {}),
    ("friend.mark_family", {}),
    ("person.block", {"on": True}),
    ("trust.set", {"amount": 5}),
]


@pytest.mark.parametrize(("command", "fields"), COMMANDS)
def test_nobody_is_their_own_friend(now: datetime, command: str, fields: dict[str, Any]) -> None:
    (person,) = make_people(1, at=now)

    with pytest.raises(Yourself) as caught:
        call(person, command, at=now, person=person, **fields)

    assert caught.value.code == "friend.yourself"


@pytest.mark.parametrize(("command", "fields"), COMMANDS)
def test_a_friend_is_somebody_who_exists(
    now: datetime, command: str, fields: dict[str, Any]
) -> None:
    (person,) = make_people(1, at=now)

    with pytest.raises((PersonNotFound, NotAsked, NotFriends)):
        call(person, command, at=now, person=uuid4(), **fields)

    assert not Friendship.objects.filter(low_id=person).exists()
    assert not Friendship.objects.filter(high_id=person).exists()
