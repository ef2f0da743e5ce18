"""`loan.limits`: what one could lend to, or borrow from, everybody near, all at once."""

from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from graph.friends.models import Block
from graph.limits import reach
from graph.people.models import Person
from graph.people.privacy import set_privacy
from tests.calls import call
from tests.graph.away import neo4j_away
from tests.graph.worlds import make_friendships, make_lines
from tests.people import level_graph, make_people, trust
from tests.sent import count_ways

pytestmark = pytest.mark.usefixtures("patient")


def ask(person: UUID, role: str, *, at: datetime) -> Any:
    return call(person, "loan.limits", at=at, role=role)


def listed(shown: Any, name: str = "limits") -> list[tuple[str, int]]:
    return [(one["person"], one["limit"]) for one in shown[name]]


def test_friends_and_their_friends_are_listed_the_largest_limit_first(now: datetime) -> None:
    """
    me --500--> a --300--> b --200--> c,  me --50--> d
    """
    me, a, b, c, d = make_people(5, at=now)
    for giver, receiver, amount in ((me, a, 500), (a, b, 300), (b, c, 200), (me, d, 50)):
        trust(giver, receiver, amount, at=now)
    level_graph()

    lending = ask(me, "lender", at=now)

    assert listed(lending) == [(str(a), 500), (str(d), 50)]
    assert lending["friends_of_friends"] == [
        {"person": str(b), "limit": 300, "degree": 2, "through": [str(a)]}
    ]
    assert lending["limits"][0] == {"person": str(a), "limit": 500, "degree": 1, "through": []}
    assert (lending["source"], lending["as_of"][:19]) == ("neo4j", now.isoformat()[:19])
    borrowing = ask(c, "borrower", at=now)
    assert listed(borrowing) == [(str(b), 200)]
    assert listed(borrowing, "friends_of_friends") == [(str(a), 200)]
    # Nobody stands behind the one who begins the chain.
    assert listed(ask(me, "borrower", at=now)) == sorted([(str(a), 0), (str(d), 0)])


def world(now: datetime, *, people: int = 24) -> list[UUID]:
    """Make people with random friendships and lines of every policy."""
    random = Random(people)
    everybody = make_people(people, at=now)
    pairs = [(a, b) for a in everybody for b in everybody if a < b and random.random() < 0.25]
    make_friendships(pairs, at=now)
    directed = [*pairs, *((b, a) for a, b in pairs)]
    make_lines(
        (
            (a, b, random.randint(0, 9_000), random.choice(("any", "any", "friends", "nobody")))
            for a, b in directed
            if random.random() < 0.8
        ),
        at=now,
    )
    level_graph()
    return everybody


@pytest.mark.parametrize("away", [False, True])
@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_each_is_what_loan_limit_says_of_the_pair(now: datetime, role: str, away: bool) -> None:
    me, *_ = world(now)

    if away:
        with neo4j_away():
            shown = ask(me, role, at=now)
    else:
        shown = ask(me, role, at=now)

    assert shown["source"] == ("postgres" if away else "neo4j")
    everybody = listed(shown) + listed(shown, "friends_of_friends")
    assert len(everybody) > 15
    assert len({limit for _, limit in everybody}) > 8
    for person, limit in everybody:
        ends = {"lender": me, "borrower": person}
        if role == "borrower":
            ends = {"lender": person, "borrower": me}
        assert call(me, "loan.limit", at=now, **ends)["limit"] == limit


@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_it_asks_postgres_as_often_for_many_friends_as_for_one(
    now: datetime, tmp_path: Path, role: str
) -> None:
    one, other = make_people(2, at=now)
    trust(one, other, 5, at=now)
    many, *_ = world(now)

    def count(person: UUID) -> int:
        return count_ways(lambda: ask(person, role, at=now), tmp_path / "sent")

    assert count(one if role == "lender" else other) == count(many) == 7


def test_who_has_left_or_is_blocked_is_not_listed(now: datetime) -> None:
    """
    me --5--> a --5--> gone, blocked
    """
    me, a, gone, blocked, left = make_people(5, at=now)
    for giver, receiver in ((me, a), (me, left), (a, gone), (a, blocked)):
        trust(giver, receiver, 5, at=now)
    Person.objects.filter(id__in=[gone, left]).update(closed_at=now)
    Block.objects.create(blocker_id=blocked, blocked_id=me)
    level_graph()

    shown = ask(me, "lender", at=now)

    assert listed(shown) == [(str(a), 5)]
    assert listed(shown, "friends_of_friends") == []


def test_friends_of_friends_are_looked_at_up_to_a_bound_those_trusted_most_first(
    now: datetime,
) -> None:
    me, friend, *others = make_people(6, at=now)
    trust(me, friend, 900, at=now)
    for place, one in enumerate(others):
        trust(friend, one, 100 + place, at=now)
        trust(one, friend, 200 + place, at=now)
    trust(friend, me, 900, at=now)

    for role, best in (("lender", 103), ("borrower", 203)):
        near = reach.list_near(person_id=me, role=role, most=2)
        assert [one.person_id for one in near] == others[:1:-1]
        shown = ask(me, role, at=now)["friends_of_friends"]
        assert [one["limit"] for one in shown] == [best, best - 1, best - 2, best - 3]


def test_without_friends_there_is_nothing_to_list(now: datetime) -> None:
    (me,) = make_people(1, at=now)

    shown = ask(me, "lender", at=now)

    assert (shown["limits"], shown["friends_of_friends"]) == ([], [])


def test_lines_that_may_not_serve_the_lender_take_nobodys_place(now: datetime) -> None:
    """
    me --900--> friend --500--> closed (for nobody else's loans),  friend --5--> open
    friend --900--> borrower,  open --2000--> shut --2000--> borrower (for nobody else's loans)
    """
    me, friend, closed, opened = make_people(4, at=now)
    trust(me, friend, 900, at=now, lenders="nobody")
    trust(friend, closed, 500, at=now, lenders="nobody")
    trust(friend, opened, 5, at=now, lenders="friends")

    (first,) = reach.list_near(person_id=me, role="lender", most=1)

    assert first.person_id == opened
    # Of who borrows the lender's own line comes first, and the friend's has to serve it.
    shut, borrower = make_people(2, at=now)
    trust(friend, borrower, 900, at=now)
    trust(shut, borrower, 2_000, at=now, lenders="nobody")
    trust(opened, shut, 2_000, at=now)
    (first,) = reach.list_near(person_id=borrower, role="borrower", most=1)
    assert first.person_id == me


@pytest.mark.parametrize(
    ("who", "privacy", "named"),
    [
        ("friend", {"friends_seen_by": "friends"}, True),
        ("friend", {"friends_seen_by": "nobody"}, False),
        ("near", {"friends_seen_by": "friends"}, False),
        ("near", {"friends_seen_by": "nobody"}, False),
        ("near", {"found_by": "friends_of_friends"}, True),
        ("near", {"found_by": "nobody"}, False),
    ],
)
@pytest.mark.parametrize("role", ["lender", "borrower"])
def test_a_friendship_is_told_only_where_both_its_people_show_it(
    now: datetime, role: str, who: str, privacy: dict[str, str], named: bool
) -> None:
    """
    me --500--> friend --300--> near, and back
    """
    me, friend, near = make_people(3, at=now)
    for giver, receiver in ((me, friend), (friend, near), (near, friend), (friend, me)):
        trust(giver, receiver, 300, at=now)
    set_privacy(person_id=friend if who == "friend" else near, **privacy)
    level_graph()

    shown = ask(me, role, at=now)

    assert listed(shown) == [(str(friend), 300)]
    assert listed(shown, "friends_of_friends") == ([(str(near), 300)] if named else [])


def test_who_hides_their_friends_is_not_named_among_those_in_common(now: datetime) -> None:
    me, hiding, showing, near = make_people(4, at=now)
    for friend in (hiding, showing):
        trust(me, friend, 300, at=now)
        trust(friend, near, 200, at=now)
    set_privacy(person_id=hiding, friends_seen_by="nobody")
    level_graph()

    (one,) = ask(me, "lender", at=now)["friends_of_friends"]

    assert (one["person"], one["limit"], one["through"]) == (str(near), 400, [str(showing)])
