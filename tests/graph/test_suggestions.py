"""People one may know: friends of friends, most shared friends first."""

from datetime import datetime
from itertools import combinations
from random import Random
from uuid import UUID

import networkx as nx
import pytest

from graph.database import GraphUnavailable
from tests.calls import call
from tests.graph.away import neo4j_away
from tests.graph.worlds import make_friendships
from tests.people import befriend, level_graph, make_people


def suggested(person: UUID, *, at: datetime) -> list[tuple[UUID, list[UUID]]]:
    found = call(person, "friend.suggest", at=at)["suggestions"]
    return [(UUID(one["person"]), [UUID(other) for other in one["mutual"]]) for one in found]


def test_friends_of_friends_are_suggested_with_whom_one_shares(now: datetime) -> None:
    """
    0 -- 1 -- 3       3 shares two friends with 0, 4 one; 5 is three steps away
    0 -- 2 -- 3 -- 5
         2 -- 4
    """
    people = make_people(6, at=now)
    pairs = [(0, 1), (1, 3), (0, 2), (2, 3), (2, 4), (3, 5)]
    befriend([(people[one], people[other]) for one, other in pairs], at=now)
    level_graph()

    assert suggested(people[0], at=now) == [
        (people[3], [people[1], people[2]]),
        (people[4], [people[2]]),
    ]


def test_friends_themselves_are_not_suggested(now: datetime) -> None:
    """
    0 -- 1 -- 2 -- 0
    """
    people = make_people(3, at=now)
    befriend(list(combinations(people, 2)), at=now)
    level_graph()

    assert suggested(people[0], at=now) == []


@pytest.mark.parametrize("ended", [(0, 1), (1, 2)])
def test_a_friendship_that_ended_leads_nowhere(now: datetime, ended: tuple[int, int]) -> None:
    """
    0 -- 1 -- 2      one of the two ended
    """
    people = make_people(3, at=now)
    befriend([(people[0], people[1]), (people[1], people[2])], at=now)
    call(people[ended[0]], "friend.remove", at=now, person=people[ended[1]])
    level_graph()

    assert suggested(people[0], at=now) == []


def test_who_was_a_friend_may_be_one_again(now: datetime) -> None:
    """
    0 -- 1 -- 2,  0 and 2 were friends
    """
    people = make_people(3, at=now)
    befriend(list(combinations(people, 2)), at=now)
    call(people[0], "friend.remove", at=now, person=people[2])
    level_graph()

    assert suggested(people[0], at=now) == [(people[2], [people[1]])]


@pytest.mark.parametrize("blocker", [0, 2])
def test_nobody_is_suggested_whom_one_blocked_or_who_blocked_one(
    now: datetime, blocker: int
) -> None:
    """
    0 -- 1 -- 2
    """
    people = make_people(3, at=now)
    befriend([(people[0], people[1]), (people[1], people[2])], at=now)
    call(people[blocker], "person.block", at=now, person=people[2 - blocker], on=True)
    level_graph()

    assert suggested(people[0], at=now) == []


def test_suggestions_are_those_of_networkx(now: datetime) -> None:
    people = make_people(30, at=now)
    random = Random(3)
    pairs = [pair for pair in combinations(people, 2) if random.random() < 0.12]
    make_friendships(pairs, at=now)
    level_graph()
    graph = nx.Graph(pairs)

    for person in people:
        near = nx.single_source_shortest_path_length(graph, person, 2) if person in graph else {}
        expected = [
            (other, sorted(nx.common_neighbors(graph, person, other))[:10])
            for other, distance in near.items()
            if distance == 2
        ]
        expected.sort(key=lambda one: (-len(one[1]), one[0]))
        assert suggested(person, at=now) == expected[:20]


def test_at_most_twenty_are_suggested_and_ten_shared_friends_named(now: datetime) -> None:
    """0 is a friend of 12 people, each of whom is a friend of the same 25 others."""
    person, *others = make_people(38, at=now)
    friends, strangers = others[:12], others[12:]
    make_friendships([(person, friend) for friend in friends], at=now)
    make_friendships([(friend, other) for friend in friends for other in strangers], at=now)
    level_graph()

    found = suggested(person, at=now)

    assert [one for one, _ in found] == sorted(strangers)[:20]
    assert all(mutual == sorted(friends)[:10] for _, mutual in found)


def test_suggestions_wait_while_neo4j_is_away(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    with neo4j_away(), pytest.raises(GraphUnavailable) as caught:
        call(person, "friend.suggest", at=now)

    assert (caught.value.code, caught.value.status) == ("graph.unavailable", 503)
    assert caught.value.retryable
