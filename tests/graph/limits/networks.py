"""Small random worlds of trust, and a judge that knows nothing of our code: networkx."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from uuid import UUID

import networkx as nx

from graph.limits.flow import Path

Person = int
LENDER, BORROWER = 0, 1


@dataclass(frozen=True)
class Arc:
    """A trust line of a small world: people are numbers, 0 lends and 1 borrows."""

    giver: Person
    receiver: Person
    free: int
    lenders: str = "any"


@dataclass(frozen=True)
class World:
    """Lines and friendships among a few people."""

    people: int
    arcs: tuple[Arc, ...]
    friends: frozenset[frozenset[Person]] = frozenset()

    def usable(self) -> list[Arc]:
        """Return the lines that the lender may use at all."""
        return [arc for arc in self.arcs if arc.free > 0 and self._allows(arc)]

    def _allows(self, arc: Arc) -> bool:
        if arc.giver == LENDER or arc.lenders == "any":
            return True
        return arc.lenders == "friends" and frozenset((LENDER, arc.giver)) in self.friends


def random_world(random: Random, *, policies: bool = True) -> World:
    """Draw a world of up to nine people with lines of small capacity, some of them used up."""
    people = random.randint(2, 9)
    density = random.choice((0.2, 0.4, 0.7, 1.0))
    largest = random.choice((1, 3, 20, 10**12))
    choices = ("any", "any", "friends", "nobody") if policies else ("any",)
    pairs = [(a, b) for a in range(people) for b in range(people) if a != b]
    arcs = tuple(
        Arc(giver, receiver, random.randint(0, largest), random.choice(choices))
        for giver, receiver in pairs
        if random.random() < density
    )
    friends = frozenset(frozenset(pair) for pair in pairs if random.random() < 0.3)
    return World(people, arcs, friends)


def judge(arcs: Iterable[Arc]) -> int:
    """Return the maximum flow over at most three lines, as networkx finds it.

    The lender's own line stands alone; everybody between appears as a first and as a second friend.
    """
    layered = nx.DiGraph()
    layered.add_nodes_from(("lender", "borrower"))
    between: set[Person] = set()
    for arc in arcs:
        ends = (arc.giver, arc.receiver)
        between |= set(ends) - {LENDER, BORROWER}
        if ends == (LENDER, BORROWER):
            layered.add_edge("lender", "borrower", capacity=arc.free)
        elif arc.giver == LENDER:
            layered.add_edge("lender", (1, arc.receiver), capacity=arc.free)
        elif arc.receiver == BORROWER:
            layered.add_edge((2, arc.giver), "borrower", capacity=arc.free)
        elif BORROWER not in ends and LENDER not in ends:
            layered.add_edge((1, arc.giver), (2, arc.receiver), capacity=arc.free)
    for person in between:
        # No capacity means no limit.
        layered.add_edge((1, person), (2, person))
    return int(nx.maximum_flow_value(layered, "lender", "borrower"))


Free = dict[UUID, tuple[UUID, UUID, int]]


def assert_valid(paths: list[Path], *, lender: UUID, borrower: UUID, free: Free) -> None:
    """Check that each path leads from lender to borrower over at most three lines, and that no line
    carries more than it has free; `free` maps a line to its giver, receiver and free part.
    """
    used: dict[UUID, int] = {}
    for path in paths:
        assert path.amount > 0
        assert 1 <= len(path.lines) <= 3
        givers = [free[line][0] for line in path.lines]
        receivers = [free[line][1] for line in path.lines]
        assert givers == [lender, *path.through]
        assert receivers == [*path.through, borrower]
        for line in path.lines:
            used[line] = used.get(line, 0) + path.amount
    assert all(amount <= free[line][2] for line, amount in used.items())
