"""Which lines keep a flow down, and what more on one of them does; networkx judges each answer."""

from dataclasses import replace
from random import Random

import pytest

from graph.limits.flow import solve, total
from graph.limits.tight import MOST, Tight, find_tight
from tests.graph.limits.networks import BORROWER, LENDER, Arc, judge, random_world
from tests.graph.limits.test_flow import network_of, person

WORLDS = 450


def tight_of(*arcs: Arc, add: int = 100) -> list[Tight]:
    return find_tight(solve(network_of(arcs)), add=add)


def test_one_line_is_the_bottleneck() -> None:
    """
    lender --900--> 2 --200--> borrower
    """
    assert tight_of(Arc(LENDER, 2, 900), Arc(2, BORROWER, 200)) == [
        Tight(giver=person(2), receiver=None, free=200, add=100, gain=100)
    ]


def test_more_helps_only_as_far_as_the_next_bottleneck() -> None:
    """
    lender --250--> 2 --200--> 3 --900--> borrower
    """
    tight = tight_of(Arc(LENDER, 2, 250), Arc(2, 3, 200), Arc(3, BORROWER, 900))

    assert tight == [Tight(person(2), person(3), 200, 100, 50)]


def test_of_two_lines_that_bind_together_neither_helps_alone() -> None:
    """
    lender --200--> 2 --200--> borrower
    """
    assert [one.gain for one in tight_of(Arc(LENDER, 2, 200), Arc(2, BORROWER, 200))] == [0]


def test_more_for_a_first_friend_may_go_on_by_the_friends_own_line() -> None:
    """
    lender --10--> 2 --60--> borrower
    """
    assert tight_of(Arc(LENDER, 2, 10), Arc(2, BORROWER, 60)) == [
        Tight(None, person(2), 10, 100, 50)
    ]


def test_nothing_is_tight_where_nothing_flows() -> None:
    assert tight_of() == []
    assert tight_of(Arc(LENDER, 2, 5), Arc(3, BORROWER, 5)) == []


def test_at_most_ten_are_named() -> None:
    arcs = [arc for two in range(2, 20) for arc in (Arc(LENDER, two, 9), Arc(two, BORROWER, 5))]

    tight = tight_of(*arcs)

    assert len(tight) == MOST
    assert {one.gain for one in tight} == {4}


def crowd(*rests: int, start: int = 2) -> list[Arc]:
    """Draw friends who each have a line of 5 from the lender, with so much more to the borrower.

    lender --5--> 2 --5+rest--> borrower,  lender --5--> 3 …
    """
    return [
        arc
        for two, rest in enumerate(rests, start=start)
        for arc in (Arc(LENDER, two, 5), Arc(two, BORROWER, 5 + rest))
    ]


def test_the_ten_are_those_that_raise_it_most() -> None:
    rests = [*range(1, 30), 90, 70, 80]

    tight = tight_of(*crowd(*rests))

    assert [one.gain for one in tight] == sorted(rests, reverse=True)[:MOST]
    assert [one.receiver for one in tight[:3]] == [person(31), person(33), person(32)]


def test_of_equal_ones_the_first_by_their_people_are_named_in_every_run() -> None:
    friends = [Random(7 * place).randrange(2, 10**30) for place in range(30)]
    arcs = [arc for friend in friends for arc in crowd(4, start=friend)]

    for seed in range(5):
        Random(seed).shuffle(arcs)
        tight = tight_of(*arcs)
        assert [one.receiver for one in tight] == [person(one) for one in sorted(friends)[:MOST]]


def test_a_line_that_could_do_most_but_does_less_leaves_its_place_to_others() -> None:
    """
    lender --5--> each of 20 --900--> 50 --103--> borrower, who has 3 left
    lender --5--> each of 12 --9--> borrower
    """
    shared = [arc for two in range(2, 22) for arc in (Arc(LENDER, two, 5), Arc(two, 50, 900))]

    tight = tight_of(*shared, Arc(50, BORROWER, 103), *crowd(*[4] * 12, start=60))

    assert [one.gain for one in tight] == [4] * MOST


@pytest.mark.parametrize("add", [1, 3, 1_000])
def test_in_random_worlds_each_gain_is_what_networkx_says(add: int) -> None:
    random = Random(add)
    helpful = 0
    for _ in range(WORLDS // 3):
        arcs = random_world(random).usable()
        solved = solve(network_of(arcs))
        value = total(solved.paths)
        before = list(solved.layers.left)
        found = {(one.giver, one.receiver): one for one in find_tight(solved, add=add)}
        assert solved.layers.left == before
        for arc in arcs:
            if (arc.giver, arc.receiver) == (LENDER, BORROWER):
                continue
            giver = None if arc.giver == LENDER else person(arc.giver)
            receiver = None if arc.receiver == BORROWER else person(arc.receiver)
            more = [replace(one, free=one.free + add) if one is arc else one for one in arcs]
            gain = judge(more) - value
            tight = found.get((giver, receiver))
            if tight is None:
                assert gain == 0 or len(found) == MOST
            else:
                assert (tight.gain, tight.free) == (gain, arc.free), (arcs, arc)
            helpful += gain > 0
    assert helpful > WORLDS // 6
