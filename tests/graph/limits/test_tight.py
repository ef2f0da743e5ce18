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
