"""Many pairs around one hub: what is made for each pair grows with its ways, not with the hub."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from graph.limits import around
from graph.limits.around import Around, Usable, find_flows
from graph.limits.flow import compute_paths, total
from tests.graph.worlds import make_lines
from tests.people import level_graph, make_people

FRIENDS = 5_000
PAIRS = 100


def person(number: int) -> UUID:
    return UUID(int=number)


HUB = person(1)


def use() -> Usable:
    return Usable(person(9), 5, "any")


class Seen(dict[Any, Any]):
    """Lines that count how many of them were gone through or looked up."""

    count = 0

    def __iter__(self) -> Iterator[Any]:
        for key in super().__iter__():
            Seen.count += 1
            yield key

    def items(self) -> Any:
        return [(key, self[key]) for key in self]

    def __contains__(self, key: object) -> bool:
        Seen.count += 1
        return super().__contains__(key)


def hub_and_strangers(*, lends: bool) -> tuple[Around, list[tuple[UUID, UUID]]]:
    """
    hub --5--> each of 5,000;  the 1st --5--> 2nd --5--> 100 strangers: one way each. Or all turned.
    """
    friends = [person(100 + place) for place in range(FRIENDS)]
    strangers = [person(100_000 + place) for place in range(PAIRS)]
    wide, narrow = Seen((one, use()) for one in friends), {friends[1]: use()}
    sides = ({HUB: wide}, {one: Seen(narrow) for one in strangers})
    found = Around()
    found.own, found.ends = sides if lends else sides[::-1]
    ends = friends[:2] if lends else friends[1::-1]
    found.given = {ends[0]: Seen({ends[1]: use()})}
    found.taken = {ends[1]: Seen({ends[0]: use()})}
    return found, [(HUB, one) if lends else (one, HUB) for one in strangers]


@pytest.mark.parametrize("lends", [True, False])
def test_a_hub_is_not_gone_through_for_each_pair(lends: bool) -> None:
    found, pairs = hub_and_strangers(lends=lends)
    Seen.count = 0

    networks = [found.between(*pair) for pair in pairs]

    # The second friend stands at both sides, and the first before it (or after it).
    assert {(len(one.first) + len(one.last), len(one.middle)) for one in networks} == {(3, 1)}
    assert {total(compute_paths(one)) for one in networks} == {5}
    assert Seen.count < 20 * PAIRS


def test_what_is_left_of_a_network_is_kept_only_where_it_is_asked_for(now: datetime) -> None:
    lender, friend, borrower = make_people(3, at=now)
    make_lines([(lender, friend, 5, "any"), (friend, borrower, 5, "any")], at=now)
    level_graph()
    pair = (lender, borrower)

    bare = find_flows(pairs=[pair], at=now)[pair]
    kept = find_flows(pairs=[pair], at=now, keep_solved=True)[pair]

    assert (bare.value, bare.solved) == (5, None)
    assert kept.solved is not None
    assert bare == kept
    assert around.Network() == Around().between(*pair)
