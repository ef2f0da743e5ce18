"""Thousands of limits in small random worlds: Neo4j, PostgreSQL and networkx say the same."""

from contextlib import suppress
from datetime import datetime
from itertools import permutations
from random import Random
from uuid import UUID

import pytest

from graph.friends.models import Block
from graph.trust.models import Line
from tests.graph.limits.networks import World, judge, random_world
from tests.graph.limits.test_engines import as_seen_by
from tests.graph.worlds import make_friendships, make_lines
from tests.people import lend, level_graph, make_people
from wallet.banks.services import top_up
from wallet.lending.errors import OverLimit, OwnCap
from wallet.lending.models import Loan
from wallet.lending.selectors import Limit, get_limit, list_limits

pytestmark = pytest.mark.usefixtures("patient")

WORLDS = 150
BATCH = 400
CAP = 2_000_000
Pair = tuple[UUID, UUID]


class Worlds:
    """Small worlds side by side, with loans that reserve parts of lines, and blocks."""

    def __init__(self, *, seed: int, at: datetime) -> None:
        self.random = Random(seed)
        self.at = at
        self.pairs: dict[Pair, tuple[World, int, int]] = {}
        self.blocked: set[Pair] = set()
        worlds = [random_world(self.random) for _ in range(WORLDS)]
        people = make_people(sum(world.people for world in worlds), at=at, funds=0)
        self.places = []
        for world in worlds:
            mine, people = people[: world.people], people[world.people :]
            self.places.append((world, mine))
        make_friendships(
            (
                tuple(mine[one] for one in pair)
                for world, mine in self.places
                for pair in world.friends
            ),
            at=at,
        )
        make_lines(
            (
                (mine[arc.giver], mine[arc.receiver], arc.free, arc.lenders)
                for world, mine in self.places
                for arc in world.arcs
            ),
            at=at,
        )

    def list_pairs(self) -> list[Pair]:
        """Return all pairs of people who share a world."""
        return [pair for _, mine in self.places for pair in permutations(mine, 2)]

    def block_some(self) -> set[Pair]:
        """Have one in ten pairs blocked, and return them both ways round."""
        some = [pair for pair in self.list_pairs() if self.random.random() < 0.05]
        Block.objects.bulk_create(
            Block(blocker_id=blocker, blocked_id=blocked) for blocker, blocked in some
        )
        return {*some, *((other, one) for one, other in some)}

    def judge_all(self) -> dict[Pair, int]:
        """Return each flow as networkx finds it on the rows as they are now."""
        flows = {}
        for world, mine in self.places:
            numbers = {person: number for number, person in enumerate(mine)}
            free = {
                (numbers[line.giver_id], numbers[line.receiver_id]): line.free
                for line in Line.objects.filter(giver_id__in=mine)
            }
            now = World(
                world.people,
                tuple(
                    type(arc)(arc.giver, arc.receiver, free[arc.giver, arc.receiver], arc.lenders)
                    for arc in world.arcs
                ),
                world.friends,
            )
            for lender, borrower in permutations(range(world.people), 2):
                seen = as_seen_by(now, lender, borrower)
                flows[mine[lender], mine[borrower]] = judge(seen.usable())
        return flows


def lend_some(worlds: Worlds, *, at: datetime) -> None:
    """Have loans take a part of some flows, so that lines on many ways are partly reserved."""
    limits = list_limits(pairs=worlds.list_pairs()[:BATCH], at=at, source="postgres")
    some = worlds.random.sample([pair for pair in limits if limits[pair].limit > 1], 25)
    for lender, borrower in some:
        amount = min(limits[lender, borrower].limit // 2, 50_000)
        top_up(person_id=lender, amount=amount, currency="CNY", channel="sandbox", at=at)
        # An earlier loan may have taken what this one would need.
        with suppress(OverLimit, OwnCap):
            lend(lender, borrower, amount, at=at)


@pytest.mark.parametrize("seed", [1])
def test_thousands_of_pairs_have_one_limit(now: datetime, seed: int) -> None:
    worlds = Worlds(seed=seed, at=now)
    lend_some(worlds, at=now)
    blocked = worlds.block_some()
    level_graph()
    flows = worlds.judge_all()
    owed: dict[UUID, int] = {}
    for loan in Loan.objects.filter(borrower_id__in={pair[1] for pair in flows}):
        owed[loan.borrower_id] = owed.get(loan.borrower_id, 0) + loan.principal
    assert len(owed) > 5

    expected = {}
    for pair, flow in flows.items():
        flow = 0 if pair in blocked else flow
        expected[pair] = (flow, min(flow, CAP - owed.get(pair[1], 0)))
    pairs = worlds.list_pairs()
    assert len(pairs) > 3_000
    assert sum(limit > 0 for _, limit in expected.values()) > 1_000
    for source in ("neo4j", "postgres", None):
        found: dict[Pair, Limit] = {}
        for start in range(0, len(pairs), BATCH):
            found |= list_limits(pairs=pairs[start : start + BATCH], at=now, source=source)
        assert {limit.flow.source for limit in found.values()} == {source or "neo4j"}
        got = {pair: (limit.flow.value, limit.limit) for pair, limit in found.items()}
        assert got == expected
        for pair, limit in found.items():
            assert sum(path.amount for path in limit.paths) == limit.limit, pair

    # One by one they are the same as in bulk.
    for lender, borrower in worlds.random.sample(pairs, 60):
        one = get_limit(lender_id=lender, borrower_id=borrower, at=now)
        assert (one.flow.value, one.limit) == expected[lender, borrower]
        assert one.are_friends == found[lender, borrower].are_friends
