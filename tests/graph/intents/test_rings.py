"""Which transfers close a ring, and which have too little going out for what came in."""

import random
from dataclasses import replace
from itertools import pairwise, permutations

import pytest

from graph.database import ask
from graph.risk.replay.writes import TESTS
from tests.graph.intents.drawn import AT, HOUR, LIMITS, Drawn

pytestmark = pytest.mark.usefixtures("patient")


@pytest.mark.parametrize(
    ("paid", "way", "ring"),
    [
        ("AB BC", "CA", "CAB"), ("AB BC CD", "DA", "DABC"), ("AB BC CD DE EF", "FA", "FABCDE"),
        # Seven are too many; and of two rings the shorter one is told.
        ("AB BC CD DE EF FG", "GA", ""), ("AB BC CD BD", "DA", "DAB"),
        # Paying back is no ring, also where somebody paid back elsewhere.
        ("AB", "BA", ""), ("AB AC CA", "BA", ""), ("AB AC CB", "BA", "BAC"),
        # Money to oneself is none, and the other way round is none.
        ("AA AB", "BA", ""), ("BA CB", "CA", ""),
    ],
)  # fmt: skip
def test_a_ring_of_transfers_is_found(paid: str, way: str, ring: str) -> None:
    drawn = Drawn()
    drawn.pay(paid)

    assert drawn.ring(way) == ring


@pytest.mark.parametrize(("steps", "ring"), [(3, ""), (4, "DABC"), (6, "DABC")])
def test_no_ring_is_longer_than_asked(steps: int, ring: str) -> None:
    drawn = Drawn()
    drawn.pay("AB BC CD")

    assert drawn.ring("DA", limits=replace(LIMITS, steps=steps)) == ring


@pytest.mark.parametrize(
    ("at", "amount", "ring"),
    [
        (AT - HOUR, 500, ""), (AT - HOUR + 1, 500, "CAB"), (AT + HOUR - 1, 500, "CAB"),
        (AT + HOUR, 500, ""), (AT, 100, "CAB"), (AT, 99, ""),
    ],
)  # fmt: skip
def test_what_is_old_or_small_closes_no_ring(at: int, amount: int, ring: str) -> None:
    drawn = Drawn()
    drawn.pay("AB")
    drawn.pay("BC", at=at, amount=amount)

    assert drawn.ring("CA") == ring


def test_intents_close_a_ring_as_transfers_do() -> None:
    drawn = Drawn()
    drawn.pay("AB")
    drawn.intend("BC")

    assert drawn.ring("CA") == "CAB"


def plain_ring(edges: set[tuple[str, str]], payer: str, payee: str, steps: int) -> int:
    """Return how many accounts the shortest ring has that a transfer would close, or 0."""
    others = sorted({one for edge in edges for one in edge} - {payer, payee})
    for between in range(1, steps - 1):
        for way in permutations(others, between):
            chain = (payee, *way, payer)
            if all(step in edges for step in pairwise(chain)):
                return between + 2
    return 0


def test_rings_are_those_of_plain_python_and_of_finbench() -> None:
    """Made graphs of six accounts, with loops, parallel edges and edges back."""
    chance, hits = random.Random(7), 0
    for _ in range(25):
        drawn = Drawn()
        ways = [chance.choice("ABCDEF") + chance.choice("ABCDEF") for _ in range(9)]
        drawn.pay(" ".join(ways))
        payer, payee = chance.sample("ABCDEF", 2)
        edges = {(way[0], way[1]) for way in ways}
        for steps in (3, 5):
            ring = drawn.ring(payer + payee, limits=replace(LIMITS, steps=steps))
            assert len(ring) == plain_ring(edges, payer, payee, steps), (ways, payer, payee)
        (theirs,) = ask(
            TESTS["TRW1"], srcId=drawn.id(payer), dstId=drawn.id(payee), startTime=AT - 1,
            endTime=AT + 1,
        ) or [{"hit": False}]  # fmt: skip
        assert theirs["hit"] == (plain_ring(edges, payer, payee, 3) > 0)
        hits += theirs["hit"]
    assert hits > 2


@pytest.mark.parametrize(
    ("came", "went", "way", "uneven"),
    [
        # What is intended counts: 8,000 came to A, 4,000 or less goes.
        (8_000, 4_000, "AC", False), (8_000, 3_999, "AC", True), (8_010, 4_000, "AC", True),
        # Small ones count on neither side.
        (1_000, 4_000, "AC", False), (8_000, 1_000, "AC", False),
    ],
)  # fmt: skip
def test_who_keeps_nearly_all_that_comes_is_uneven(
    came: int, went: int, way: str, uneven: bool
) -> None:
    drawn = Drawn()
    drawn.pay("BA", amount=came)

    finding = drawn.examine(way, amount=went)

    assert finding.is_uneven == uneven


def test_the_one_who_is_paid_is_looked_at_too() -> None:
    drawn = Drawn()
    drawn.pay("BC", amount=1_001)
    assert drawn.examine("AB", amount=2_002).ratios == [
        [drawn.id("A"), 0.0], [drawn.id("B"), 2.0],
    ]  # fmt: skip

    finding = drawn.examine("AB", amount=1_001)

    # The intent of before still stands.
    assert finding.is_uneven
    assert finding.ratios == [[drawn.id("A"), 0.0], [drawn.id("B"), 3.0]]


def test_what_came_over_a_bank_is_ones_own() -> None:
    from tests.graph.projection.rows import run

    drawn = Drawn()
    drawn.pay("BA", amount=9_000)
    run("MATCH (bank:Account {id: $id}) SET bank:Channel", id=drawn.id("B"))

    assert drawn.examine("AC", amount=2_000).ratios == [[drawn.id("A"), 0.0], [drawn.id("C"), -1.0]]
