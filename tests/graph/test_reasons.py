"""Suggestions for other reasons than friends in common, and those one has waved away."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from graph.friends.errors import Yourself
from graph.friends.models import Dismissal
from graph.people.models import Person
from tests.calls import call
from tests.people import befriend, level_graph, make_group, make_people


def suggestions(person: UUID, *, at: datetime) -> dict[str, dict[str, Any]]:
    found = call(person, "friend.suggest", at=at)["suggestions"]
    return {one["person"]: one for one in found}


def test_who_is_in_a_small_group_with_one_is_suggested(now: datetime) -> None:
    """`owner` knows both; the two know each other from the room alone."""
    owner, one, other = make_people(3, at=now)
    room = make_group([owner, one, other], at=now)
    level_graph()

    assert suggestions(one, at=now) == {
        str(other): {
            "person": str(other), "mutual": [str(owner)], "mutual_count": 1,
            "rooms": [str(room)], "in_contacts": False,
        },
    }  # fmt: skip


def test_a_group_is_a_reason_of_its_own_while_it_lasts(now: datetime) -> None:
    owner, one, other = make_people(3, at=now)
    room = make_group([owner, one, other], at=now)
    for person in (one, other):
        call(owner, "friend.remove", at=now, person=person)
    level_graph()
    assert [found["mutual"] for found in suggestions(one, at=now).values()] == [[], []]
    assert set(suggestions(one, at=now)) == {str(owner), str(other)}

    call(owner, "room.dissolve", at=now, room=room)

    assert suggestions(one, at=now) == {}


def test_a_large_group_is_no_reason(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.rooms.common.SMALL", 2)
    owner, one, other = make_people(3, at=now)
    make_group([owner, one, other], at=now)
    for person in (one, other):
        call(owner, "friend.remove", at=now, person=person)
    level_graph()

    assert suggestions(one, at=now) == {}


@pytest.mark.parametrize("found_by", ["friends_of_friends", "nobody"])
def test_a_group_does_not_show_who_does_not_want_to_be_found(now: datetime, found_by: str) -> None:
    owner, one, other = make_people(3, at=now)
    make_group([owner, one, other], at=now)
    for person in (one, other):
        call(owner, "friend.remove", at=now, person=person)
    call(other, "privacy.set", at=now, found_by=found_by)
    level_graph()

    assert set(suggestions(one, at=now)) == {str(owner)}


def test_who_was_waved_away_is_suggested_no_more_until_that_is_taken_back(now: datetime) -> None:
    one, shared, other = make_people(3, at=now)
    befriend([(one, shared), (shared, other)], at=now)
    level_graph()

    assert call(one, "friend.dismiss", at=now, person=other) == {
        "person": str(other), "dismissed": True,
    }  # fmt: skip

    assert suggestions(one, at=now) == {}
    assert set(suggestions(other, at=now)) == {str(one)}
    call(one, "friend.dismiss", at=now, person=other, on=False)
    assert set(suggestions(one, at=now)) == {str(other)}
    with pytest.raises(Yourself):
        call(one, "friend.dismiss", at=now, person=one)


def test_of_very_many_waved_away_the_oldest_are_forgotten(now: datetime, settings: Any) -> None:
    settings.DISMISSALS = 2
    person, *others = make_people(4, at=now)

    for minute, other in enumerate(others):
        call(person, "friend.dismiss", at=now + timedelta(minutes=minute), person=other)

    kept = Dismissal.objects.filter(person=person).order_by("at")
    assert list(kept.values_list("other", flat=True)) == others[1:]


def test_who_was_asked_already_is_not_suggested(now: datetime) -> None:
    one, shared, other = make_people(3, at=now)
    befriend([(one, shared), (shared, other)], at=now)
    call(one, "friend.ask", at=now, person=other)
    level_graph()

    assert suggestions(one, at=now) == {}
    assert suggestions(other, at=now) == {}


def test_who_has_left_is_not_suggested(now: datetime) -> None:
    one, shared, other = make_people(3, at=now)
    befriend([(one, shared), (shared, other)], at=now)
    level_graph()
    Person.objects.filter(id=other).update(closed_at=now)

    assert suggestions(one, at=now) == {}
    Person.objects.filter(id=other).update(closed_at=None)
