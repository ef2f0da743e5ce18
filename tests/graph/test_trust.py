"""Trust lines: set among friends, never below what loans use, lowered when a friendship ends."""

from datetime import datetime
from uuid import UUID

import pytest

from commands.frames import show_moment
from graph.friends.errors import NotFriends
from graph.trust.errors import BelowReserved
from graph.trust.models import Line
from outbox.models import Event
from tests.calls import call
from tests.people import befriend, lend, make_people, trust
from tests.threads import at_once


def line(giver: UUID, receiver: UUID) -> tuple[int, int, int]:
    found = Line.objects.get(giver_id=giver, receiver_id=receiver)
    return found.capacity, found.reserved, found.free


def test_a_line_is_seen_by_giver_and_receiver(now: datetime) -> None:
    giver, receiver = make_people(2, at=now)
    befriend([(giver, receiver)], at=now)

    shown = call(giver, "trust.set", at=now, person=receiver, amount=500)["line"]

    expected = {
        "id": str(Line.objects.get(giver_id=giver).id), "from": str(giver), "to": str(receiver),
        "capacity": 500, "reserved": 0, "burned": 0, "free": 500, "lenders": "any",
        "set_at": show_moment(now),
    }  # fmt: skip
    assert shown == expected
    assert call(giver, "trust.list", at=now) == {"given": [expected], "received": []}
    assert call(receiver, "trust.list", at=now) == {"given": [], "received": [expected]}


def test_a_line_leads_in_one_direction(now: datetime) -> None:
    one, other = make_people(2, at=now)
    befriend([(one, other)], at=now)

    call(one, "trust.set", at=now, person=other, amount=500)
    call(other, "trust.set", at=now, person=one, amount=70)

    assert (line(one, other), line(other, one)) == ((500, 0, 500), (70, 0, 70))


def test_for_whom_a_line_may_be_used_stays_until_it_is_said_anew(now: datetime) -> None:
    giver, receiver = make_people(2, at=now)
    befriend([(giver, receiver)], at=now)

    def lenders(**fields: str) -> str:
        answer = call(giver, "trust.set", at=now, person=receiver, amount=5, **fields)
        return str(answer["line"]["lenders"])

    assert [lenders(), lenders(lenders="nobody"), lenders(), lenders(lenders="friends")] == [
        "any",
        "nobody",
        "nobody",
        "friends",
    ]


@pytest.mark.parametrize("asked", [False, True])
def test_only_friends_are_trusted(now: datetime, asked: bool) -> None:
    giver, receiver = make_people(2, at=now)
    if asked:
        call(receiver, "friend.ask", at=now, person=giver)

    with pytest.raises(NotFriends) as caught:
        call(giver, "trust.set", at=now, person=receiver, amount=5)

    assert caught.value.code == "friend.not_friends"
    assert not Line.objects.filter(giver_id=giver).exists()


def test_zero_ends_a_line(now: datetime) -> None:
    giver, receiver = make_people(2, at=now)
    trust(giver, receiver, 500, at=now)

    assert call(giver, "trust.set", at=now, person=receiver, amount=0)["line"]["capacity"] == 0

    assert call(giver, "trust.list", at=now)["given"] == []
    assert call(receiver, "trust.list", at=now)["received"] == []


def test_a_line_never_falls_below_what_loans_use(now: datetime) -> None:
    giver, receiver = make_people(2, at=now, funds=1_000)
    trust(giver, receiver, 500, at=now)
    lend(giver, receiver, 300, at=now)

    with pytest.raises(BelowReserved) as caught:
        call(giver, "trust.set", at=now, person=receiver, amount=299)
    assert caught.value.code == "trust.below_reserved"
    assert caught.value.detail == {"reserved": 300}
    assert line(giver, receiver) == (500, 300, 200)

    call(giver, "trust.set", at=now, person=receiver, amount=300)
    assert line(giver, receiver) == (300, 300, 0)


@pytest.mark.parametrize(
    ("command", "fields"), [("friend.remove", {}), ("person.block", {"on": True})]
)
@pytest.mark.parametrize("by_giver", [True, False])
def test_the_end_of_a_friendship_lowers_both_lines_to_what_loans_use(
    now: datetime, command: str, fields: dict[str, bool], by_giver: bool
) -> None:
    giver, receiver = make_people(2, at=now, funds=1_000)
    trust(giver, receiver, 500, at=now)
    trust(receiver, giver, 70, at=now)
    lend(giver, receiver, 300, at=now)
    by, other = (giver, receiver) if by_giver else (receiver, giver)

    call(by, command, at=now, person=other, **fields)

    assert (line(giver, receiver), line(receiver, giver)) == ((300, 300, 0), (0, 0, 0))


def test_two_first_lines_at_once_are_one(now: datetime) -> None:
    giver, receiver = make_people(2, at=now)
    befriend([(giver, receiver)], at=now)

    at_once(
        [
            lambda amount=amount: call(giver, "trust.set", at=now, person=receiver, amount=amount)
            for amount in (5, 6, 7)
        ]
    )

    (only,) = Line.objects.filter(giver_id=giver)
    assert only.capacity in (5, 6, 7)
    assert only.version == 3


def test_a_line_set_while_the_friendship_ends_does_not_outlive_it(now: datetime) -> None:
    pairs = [make_people(2, at=now) for _ in range(8)]
    befriend([(one, other) for one, other in pairs], at=now)

    at_once(
        [
            work
            for one, other in pairs
            for work in (
                lambda one=one, other=other: call(one, "trust.set", at=now, person=other, amount=5),
                lambda one=one, other=other: call(other, "friend.remove", at=now, person=one),
            )
        ]
    )

    capacities = Line.objects.filter(giver_id__in=[one for one, _ in pairs])
    assert set(capacities.values_list("capacity", flat=True)) <= {0}


def test_each_change_of_a_line_is_on_its_way_to_the_graph(now: datetime) -> None:
    giver, receiver = make_people(2, at=now, funds=1_000)
    trust(giver, receiver, 500, at=now)
    lend(giver, receiver, 300, at=now)
    call(giver, "friend.remove", at=now, person=receiver)

    events = Event.objects.filter(topic="graph.line", subjects=[giver, receiver]).order_by("id")
    shown = [
        (event.version, event.payload["capacity"], event.payload["reserved"]) for event in events
    ]
    assert shown == [(1, 500, 0), (2, 500, 300), (3, 300, 300)]
