"""The maximum flow over at most three lines as a pure function, with networkx as the judge."""

from collections.abc import Iterable
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.limits.flow import Path, compute_paths, sum_by_line, take, total
from graph.limits.network import Network, Way
from tests.graph.limits.networks import (
    BORROWER,
    LENDER,
    Arc,
    assert_valid,
    judge,
    random_world,
)

WORLDS = 3_000


def person(number: int) -> UUID:
    return UUID(int=number)


def line(arc: Arc) -> UUID:
    return UUID(int=1_000 + arc.giver * 100 + arc.receiver)


def network_of(arcs: Iterable[Arc]) -> Network:
    """Return the usable lines in their places, as the engines do."""
    network = Network()
    direct = None
    last = {arc.giver for arc in arcs if arc.receiver == BORROWER and arc.giver != LENDER}
    for arc in arcs:
        way = Way(line(arc), arc.free)
        if (arc.giver, arc.receiver) == (LENDER, BORROWER):
            direct = way
        elif arc.giver == LENDER:
            network.first[person(arc.receiver)] = way
        elif arc.receiver == BORROWER:
            network.last[person(arc.giver)] = way
        elif arc.giver != BORROWER and arc.receiver in last:
            network.middle[(person(arc.giver), person(arc.receiver))] = way
    return Network(direct, network.first, network.last, network.middle)


def paths_of(*arcs: Arc) -> list[tuple[tuple[int, ...], int]]:
    """Return the paths of a flow as the people between and the amount."""
    paths = compute_paths(network_of(arcs))
    check(paths, arcs)
    assert total(paths) == judge(arcs)
    return [(tuple(one.int for one in path.through), path.amount) for path in paths]


def check(paths: list[Path], arcs: Iterable[Arc]) -> None:
    free = {line(arc): (person(arc.giver), person(arc.receiver), arc.free) for arc in arcs}
    assert_valid(paths, lender=person(LENDER), borrower=person(BORROWER), free=free)


def test_nothing_flows_where_there_is_no_line() -> None:
    assert paths_of() == []
    assert paths_of(Arc(LENDER, 2, 5), Arc(3, BORROWER, 5)) == []


def test_the_lenders_own_line_comes_first() -> None:
    """
    lender --5--> borrower
    lender --9--> 2 --7--> borrower
    """
    arcs = (Arc(LENDER, 2, 9), Arc(2, BORROWER, 7), Arc(LENDER, BORROWER, 5))

    assert paths_of(*arcs) == [((), 5), ((2,), 7)]


def test_a_path_has_at_most_three_lines() -> None:
    """
    lender --9--> 2 --9--> 3 --9--> borrower          carries 9
    lender --9--> 2 --9--> 4 --9--> 5 --9--> borrower   one line too long
    """
    three = (Arc(LENDER, 2, 9), Arc(2, 3, 9), Arc(3, BORROWER, 9))
    four = (Arc(LENDER, 2, 9), Arc(2, 4, 9), Arc(4, 5, 9), Arc(5, BORROWER, 9))

    assert paths_of(*three) == [((2, 3), 9)]
    assert paths_of(*four) == []


def test_what_comes_in_and_what_goes_out_bound_a_path() -> None:
    """
    lender --9--> 2 --4--> 3 --7--> borrower
    """
    assert paths_of(Arc(LENDER, 2, 9), Arc(2, 3, 4), Arc(3, BORROWER, 7)) == [((2, 3), 4)]


def test_a_flow_gives_way_where_another_path_needs_it() -> None:
    """
    lender --1--> 2 --1--> 3 --1--> borrower    The shortest way over 2 alone leaves 3 its line.
                  2 --1-----------> borrower
    lender --1--> 4 --1--> 2                    4 can only go through 2's own line.
    """
    arcs = (
        Arc(LENDER, 2, 1), Arc(2, 3, 1), Arc(3, BORROWER, 1), Arc(2, BORROWER, 1),
        Arc(LENDER, 4, 1), Arc(4, 2, 1),
    )  # fmt: skip

    assert sorted(paths_of(*arcs)) == [((2, 3), 1), ((4, 2), 1)]


def test_a_line_back_to_where_one_came_from_is_no_way() -> None:
    """
    lender --5--> 2 --5--> lender,  borrower --5--> 2
    """
    assert paths_of(Arc(LENDER, 2, 5), Arc(2, LENDER, 5), Arc(BORROWER, 2, 5)) == []


def test_thousands_of_random_worlds_carry_what_networkx_says() -> None:
    random = Random(20260101)
    carried = 0
    for _ in range(WORLDS):
        arcs = random_world(random).usable()
        paths = compute_paths(network_of(arcs))

        assert total(paths) == judge(arcs), arcs
        check(paths, arcs)
        carried += bool(paths)
    # Most of them have something to say.
    assert carried > WORLDS // 2


@given(seed=st.integers(0, 2**32), share=st.floats(0, 1))
def test_taking_a_part_of_a_flow_lowers_the_limit_by_exactly_that_part(
    seed: int, share: float
) -> None:
    arcs = random_world(Random(seed)).usable()
    paths = compute_paths(network_of(arcs))
    amount = int(total(paths) * share)

    taken = take(paths, amount)

    assert total(taken) == amount
    used = sum_by_line((path.lines, path.amount) for path in taken)
    assert all(amount > 0 for amount in used.values())
    left = [Arc(arc.giver, arc.receiver, arc.free - used.get(line(arc), 0)) for arc in arcs]
    assert all(arc.free >= 0 for arc in left)
    assert judge([arc for arc in left if arc.free]) == total(paths) - amount


def test_more_than_the_flow_cannot_be_taken() -> None:
    paths = [Path((person(1),), (), 5)]

    with pytest.raises(ValueError, match="smaller"):
        take(paths, 6)
    assert take(paths, 0) == []
