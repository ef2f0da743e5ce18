"""Nobody gets at who is hidden, blocked or gone by another command than `person.get`."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from graph.finding.errors import FriendsHidden
from graph.friends.models import Block, Friendship
from graph.people.errors import PersonNotFound
from graph.people.models import Person
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import befriend, make_group, make_people


def hide(person: UUID, *, at: datetime) -> None:
    call(person, "privacy.set", at=at, found_by="nobody")


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("friend.ask", {}),
        ("person.block", {"on": True}),
        ("person.block", {"on": False}),
    ],
)
def test_who_has_the_id_of_a_hidden_person_learns_no_name(
    now: datetime, command: str, fields: dict[str, Any]
) -> None:
    hidden, stranger = make_people(2, at=now)
    hide(hidden, at=now)

    with pytest.raises(PersonNotFound) as caught:
        call(stranger, command, at=now, person=hidden, **fields)

    assert caught.value.code == "person.not_found"
    assert not Friendship.objects.filter(low=hidden, high=stranger).exists()
    assert not Block.objects.filter(blocker=stranger).exists()
    assert not Notice.objects.filter(owner=hidden, kind="friend.asked").exists()
    with pytest.raises(PersonNotFound):
        call(stranger, "person.get", at=now, person=hidden)
    assert call(stranger, "person.blocked", at=now)["people"] == []


def test_who_knows_a_hidden_person_asks_and_blocks_them(now: datetime) -> None:
    hidden, mate, asked = make_people(3, at=now)
    befriend([(hidden, mate)], at=now)
    call(hidden, "friend.remove", at=now, person=mate)
    call(hidden, "friend.ask", at=now, person=asked)
    hide(hidden, at=now)

    friend = call(mate, "friend.ask", at=now, person=hidden)["friend"]
    assert (friend["name"], friend["status"]) == ("Person 0", "asked_by_me")
    friend = call(asked, "friend.ask", at=now, person=hidden)["friend"]
    assert friend["status"] == "friends"
    shown = call(mate, "person.block", at=now, person=hidden, on=True)
    assert (shown["person"]["name"], shown["blocked"]) == ("Person 0", True)


def test_a_block_of_who_hides_later_can_be_lifted(now: datetime) -> None:
    shy, blocker = make_people(2, at=now)
    call(blocker, "person.block", at=now, person=shy, on=True)
    hide(shy, at=now)

    assert call(blocker, "person.block", at=now, person=shy, on=True)["blocked"] is True
    assert call(blocker, "person.block", at=now, person=shy, on=False)["blocked"] is False

    with pytest.raises(PersonNotFound):
        call(blocker, "person.block", at=now, person=shy, on=True)


@pytest.mark.parametrize("by_reader", [False, True])
def test_a_block_hides_whom_one_knows_as_if_it_were_kept_private(
    now: datetime, by_reader: bool
) -> None:
    """
    person -- friend -- reader, and a group of person and reader
    """
    person, friend, reader = make_people(3, at=now)
    befriend([(person, friend), (friend, reader)], at=now)
    room = make_group([friend, person, reader], at=now)
    before = call(reader, "friend.in_common", at=now, person=person)
    assert [one["id"] for one in before["friends"]] == [str(friend)]
    blocker, blocked = (reader, person) if by_reader else (person, reader)

    call(blocker, "person.block", at=now, person=blocked, on=True)

    with pytest.raises(FriendsHidden):
        call(reader, "person.friends", at=now, person=person)
    after = call(reader, "friend.in_common", at=now, person=person)
    # That both are in the group the reader sees in the group: without it they would know.
    assert after["rooms"] == [{"room": str(room), "name": before["rooms"][0]["name"]}]
    assert (after["friends"], after["friend_count"]) == ([], 0)


@pytest.mark.parametrize("command", ["person.friends", "friend.in_common"])
def test_who_has_left_shows_nobody_before_the_worker_comes(now: datetime, command: str) -> None:
    gone, friend, reader = make_people(3, at=now)
    befriend([(gone, friend), (friend, reader)], at=now)
    Person.objects.filter(id=gone).update(closed_at=now)

    with pytest.raises(PersonNotFound):
        call(reader, command, at=now, person=gone)

    assert call(reader, "person.get", at=now, person=gone)["person"]["id"] == str(gone)
    Person.objects.filter(id=gone).update(closed_at=None)


@pytest.mark.parametrize("found_by", ["everybody", "friends_of_friends"])
def test_who_is_called_just_so_is_found_first(
    now: datetime, monkeypatch: pytest.MonkeyPatch, found_by: str
) -> None:
    """Others by the same beginning, before it in the alphabet by name, fill all places."""
    monkeypatch.setattr("graph.finding.selectors.FOUND_AT_MOST", 2)
    monkeypatch.setattr("graph.finding.selectors.PAGES", 1)
    reader, mutual, wanted, *others = make_people(7, at=now)
    befriend([(reader, mutual), (mutual, wanted)], at=now)
    call(wanted, "privacy.set", at=now, found_by=found_by)
    username = Person.objects.get(id=wanted).username
    # Their usernames (p3-…) come after the wanted one's (p2-…), so others are renamed before it.
    for place, other in enumerate(others):
        Person.objects.filter(id=other).update(username=f"a{place}-{username}", name=username)

    found = call(reader, "person.find", at=now, text=username.upper())["people"]

    assert [one["id"] for one in found] == [str(wanted), str(others[0])]
