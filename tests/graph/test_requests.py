"""Requests that come again and again, and many of them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from graph.friends import selectors
from graph.friends.errors import NotFriends, TooManyRequests
from graph.friends.models import Friendship
from graph.trust.models import Line
from outbox.models import Event
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import befriend, lend, make_people, trust


def test_who_asks_on_and_on_is_heard_once_a_day(now: datetime) -> None:
    asker, other, third = make_people(3, at=now)
    for minute in range(5):
        at = now + timedelta(minutes=minute)
        call(asker, "friend.ask", at=at, person=other, note=f"{minute}")
        call(asker, "friend.refuse", at=at, person=other)
    call(third, "friend.ask", at=now, person=other)
    call(other, "friend.ask", at=now, person=asker)

    call(asker, "friend.refuse", at=now, person=other)
    call(asker, "friend.ask", at=now + timedelta(days=1), person=other, note="again")

    told = Notice.objects.filter(kind="friend.asked", owner__in=[asker, other]).order_by("id")
    assert [(row.owner_id, row.about, row.text) for row in told] == [
        (other, asker, "0"),
        (other, third, ""),
        (asker, other, ""),
        (other, asker, "again"),
    ]


def test_the_newest_requests_are_listed(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "REQUESTS_SHOWN", 2)
    person, *others = make_people(4, at=now)
    for minute, other in enumerate((others[0], others[2], others[1], others[0])):
        at = now + timedelta(minutes=minute)
        if minute == 3:
            call(person, "friend.refuse", at=at, person=other)
        call(other, "friend.ask", at=at, person=person)

    listed = call(person, "friend.requests", at=now)["friends"]

    assert [one["person"] for one in listed] == [str(others[0]), str(others[1])]


def test_requests_of_who_is_blocked_take_nobodys_place(now: datetime, settings: Any) -> None:
    settings.FRIEND_REQUESTS_TO_ONE = 1
    person, pest, other, third = make_people(4, at=now)
    call(pest, "friend.ask", at=now, person=person)
    with pytest.raises(TooManyRequests):
        call(other, "friend.ask", at=now, person=person)

    call(person, "person.block", at=now, person=pest, on=True)

    assert call(other, "friend.ask", at=now, person=person)["friend"]["status"] == "asked_by_me"
    with pytest.raises(TooManyRequests) as caught:
        call(third, "friend.ask", at=now, person=person)
    assert caught.value.detail == {"most": 1, "whose": "theirs"}


@pytest.mark.parametrize("amount", [0, 5])
def test_a_stranger_ends_no_line(now: datetime, amount: int) -> None:
    giver, stranger = make_people(2, at=now)

    with pytest.raises(NotFriends) as caught:
        call(giver, "trust.set", at=now, person=stranger, amount=amount)

    assert caught.value.code == "friend.not_friends"
    assert not Line.objects.filter(giver=giver).exists()
    assert not Friendship.objects.filter(low=giver, high=stranger).exists()
    assert not Event.objects.filter(subjects__contains=[giver]).exclude(topic="graph.person")


def test_a_line_to_a_friend_of_once_can_be_ended(now: datetime) -> None:
    giver, receiver = make_people(2, at=now, funds=1_000)
    trust(giver, receiver, 500, at=now)
    loan = lend(giver, receiver, 300, at=now)
    call(giver, "friend.remove", at=now, person=receiver)
    call(receiver, "loan.repay", at=now, loan=loan, amount=300)

    line = call(giver, "trust.set", at=now, person=receiver, amount=0)["line"]

    assert (line["capacity"], line["reserved"]) == (0, 0)


def test_zero_for_a_friend_without_a_line_is_a_line_of_zero(now: datetime) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)

    line = call(one, "trust.set", at=now, person=other, amount=0)["line"]

    assert (line["capacity"], line["free"]) == (0, 0)
