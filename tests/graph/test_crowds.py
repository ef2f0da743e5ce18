"""How many friends and requests one can have, also when several say yes at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from graph.friends import services
from graph.friends.errors import TooManyFriends, TooManyRequests
from graph.friends.models import Friendship, Status
from graph.links.errors import LinkNotFound
from graph.people.errors import PersonNotFound
from graph.people.models import Person
from outbox.delivery import deliver_due
from outbox.notices.models import Notice
from tests.calls import call
from tests.graph.projection.rows import run
from tests.graph.worlds import make_friendships
from tests.people import befriend, level_graph, make_people, trust
from tests.threads import Rival, at_once
from wallet.closing.services import leave


def friends_of(person: UUID, *, at: datetime) -> int:
    return len(call(person, "friend.list", at=at)["friends"])


def test_the_last_place_is_taken_once_however_many_say_yes_at_once(
    now: datetime, settings: Any
) -> None:
    settings.FRIENDS = 3
    popular, *others = make_people(12, at=now)
    for other in others:
        call(popular, "friend.ask", at=now, person=other)

    results = at_once(
        [lambda one=one: call(one, "friend.accept", at=now, person=popular) for one in others]
    )

    refused = [one for one in results if isinstance(one, TooManyFriends)]
    assert len(refused) == 8
    assert [one["friend"]["status"] for one in results if one not in refused] == ["friends"] * 3
    assert friends_of(popular, at=now) == 3


def test_who_accepts_waits_for_who_does_it_first(now: datetime, settings: Any) -> None:
    """A rival has accepted and not committed: the second counts after the first."""
    settings.FRIENDS = 1
    popular, first, second = make_people(3, at=now)
    for other in (first, second):
        call(popular, "friend.ask", at=now, person=other)

    with Rival() as rival:
        with transaction.atomic():
            services.accept(person_id=first, other=popular, at=now)
            late = rival.start(lambda: call(second, "friend.accept", at=now, person=popular))
            rival.wait_until_blocked()
        with pytest.raises(TooManyFriends):
            late.result(20)

    assert friends_of(popular, at=now) == 1
    assert friends_of(second, at=now) == 0


@pytest.mark.parametrize("whose", ["yours", "theirs"])
def test_open_requests_are_bounded_on_both_sides(now: datetime, settings: Any, whose: str) -> None:
    if whose == "yours":
        settings.FRIEND_REQUESTS = 2
    else:
        settings.FRIEND_REQUESTS_TO_ONE = 2
    crowded, one, other, third = make_people(4, at=now)

    def ask(somebody: UUID) -> Any:
        asker, asked = (crowded, somebody) if whose == "yours" else (somebody, crowded)
        return call(asker, "friend.ask", at=now, person=asked)

    ask(one)
    ask(other)

    with pytest.raises(TooManyRequests) as caught:
        ask(third)

    assert caught.value.code == "friend.too_many_requests"
    assert caught.value.detail == {"most": 2, "whose": whose}
    # Asking again is the same request, and an answer makes room.
    assert ask(one)["friend"]["status"] == "asked_by_me"
    call(crowded, "friend.refuse", at=now, person=other)
    assert ask(third)["friend"]["status"] == "asked_by_me"


def test_requests_made_at_once_do_not_exceed_the_bound(now: datetime, settings: Any) -> None:
    settings.FRIEND_REQUESTS = 2
    asker, *others = make_people(9, at=now)

    results = at_once(
        [lambda one=one: call(asker, "friend.ask", at=now, person=one) for one in others]
    )

    assert sum(isinstance(one, TooManyRequests) for one in results) == 6
    assert Friendship.objects.filter(asked_by=asker, status=Status.ASKED).count() == 2


def test_a_friend_more_than_five_thousand_is_refused(now: datetime) -> None:
    crowded, late, *others = make_people(5_002, at=now)
    make_friendships(((crowded, other) for other in others), at=now)
    call(late, "friend.ask", at=now, person=crowded)

    with pytest.raises(TooManyFriends) as caught:
        call(crowded, "friend.accept", at=now, person=late)

    assert (caught.value.code, caught.value.detail) == ("friend.too_many", {"most": 5_000})


@pytest.mark.parametrize("command", ["friend.ask", "friend.accept"])
def test_nobody_becomes_a_friend_of_who_has_left(now: datetime, command: str) -> None:
    person, gone = make_people(2, at=now)
    if command == "friend.accept":
        call(gone, "friend.ask", at=now, person=person)
    Person.objects.filter(id=gone).update(closed_at=now)

    with pytest.raises(PersonNotFound) as caught:
        call(person, command, at=now, person=gone)

    assert caught.value.code == "person.not_found"
    assert not Friendship.objects.filter(
        low__in=[person, gone], high__in=[person, gone], status=Status.FRIENDS
    ).exists()


# --- Family --------------------------------------------------------------------------------------


def family(person: UUID, *, at: datetime) -> tuple[bool, str]:
    (friend,) = call(person, "friend.list", at=at)["friends"]
    return friend["family"], friend["family_by"]


def test_each_mark_of_family_is_told_to_the_other(now: datetime) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)

    call(one, "friend.mark_family", at=now, person=other)
    assert (family(one, at=now), family(other, at=now)) == ((False, "me"), (False, "them"))
    call(other, "friend.mark_family", at=now, person=one)
    assert (family(one, at=now), family(other, at=now)) == ((True, "both"), (True, "both"))

    told = Notice.objects.filter(kind__startswith="family.", owner__in=[one, other])
    assert list(told.order_by("id").values_list("owner", "about", "kind")) == [
        (other, one, "family.asked"),
        (one, other, "family.confirmed"),
    ]


@pytest.mark.parametrize("by", [0, 1])
def test_either_of_the_two_ends_a_family_tie_for_both(now: datetime, by: int) -> None:
    people = make_people(2, at=now)
    befriend([(people[0], people[1])], at=now)
    for one, other in (people, people[::-1]):
        call(one, "friend.mark_family", at=now, person=other)

    friend = call(people[by], "friend.mark_family", at=now, person=people[1 - by], on=False)

    assert (friend["friend"]["family"], friend["friend"]["status"]) == (False, "friends")
    assert [family(person, at=now) for person in people] == [(False, "")] * 2


def test_saying_no_to_a_mark_takes_it_away_and_is_not_told(now: datetime) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)
    call(one, "friend.mark_family", at=now, person=other)
    call(other, "friend.mark_family", at=now, person=one, on=False)
    # Set anew on the same day: no second notice.
    call(one, "friend.mark_family", at=now, person=other)

    assert family(other, at=now) == (False, "them")
    kinds = Notice.objects.filter(owner__in=[one, other], kind__startswith="family.")
    assert list(kinds.values_list("owner", "kind")) == [(other, "family.asked")]


# --- Leaving -------------------------------------------------------------------------------------


def test_who_has_left_is_cleared_out_of_friendships_and_the_graph(now: datetime) -> None:
    """
    gone -- friend,  asker -> gone,  gone -> asked
    """
    gone, friend, asker, asked = make_people(4, at=now)
    befriend([(gone, friend)], at=now)
    trust(friend, gone, 500, at=now)
    call(asker, "friend.ask", at=now, person=gone)
    call(gone, "friend.ask", at=now, person=asked)
    link = call(gone, "friend.link", at=now)["link"]
    leave(person_id=gone, at=now)
    for person in (asker, asked):
        assert call(person, "friend.requests", at=now)["friends"] == []

    deliver_due("people", clock=lambda: datetime.now(now.tzinfo))
    level_graph()

    assert call(asked, "friend.requests", at=now)["friends"] == []
    assert call(asker, "friend.requests", at=now)["friends"] == []
    assert call(friend, "friend.list", at=now)["friends"] == []
    edges = "MATCH (:Person {id: $id})-[edge]-() RETURN type(edge) AS kind, edge.live AS live"
    found = run(edges, id=str(gone))
    assert [row["live"] for row in found if row["kind"] == "FRIEND"] == [False]
    assert call(friend, "trust.list", at=now)["given"] == []
    node = run("MATCH (person:Person {id: $id}) RETURN person.findable AS found", id=str(gone))
    assert node == [{"found": False}]
    with pytest.raises(LinkNotFound):
        call(friend, "friend.follow_link", at=now, token=link["token"])
