"""Neo4j and PostgreSQL answer the same question about real rows, and networkx judges both."""

import csv
import gzip
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from graph.friends import services as friends
from graph.friends.models import Status
from graph.limits.flow import compute_paths, total
from graph.limits.selectors import fetch_from_neo4j, fetch_from_postgres
from graph.trust.models import Line
from tests.graph.limits.networks import (
    BORROWER,
    LENDER,
    Arc,
    World,
    assert_valid,
    judge,
    random_world,
)
from tests.graph.worlds import make_friendships, make_lines, make_many_lines
from tests.people import lend, level_graph, make_people, trust

pytestmark = pytest.mark.usefixtures("patient")

WORLDS = 14
SAMPLED_PAIRS = 150


def flows(lender: UUID, borrower: UUID) -> tuple[int, int]:
    """Return the flow by either engine, after checking the paths of both, and that Neo4j finds the
    same from either side.
    """
    values = []
    for fetch in (fetch_from_neo4j, partial(fetch_from_neo4j, back=True), fetch_from_postgres):
        paths = compute_paths(fetch(lender_id=lender, borrower_id=borrower))
        lines = Line.objects.in_bulk({line for path in paths for line in path.lines})
        free = {line.id: (line.giver_id, line.receiver_id, line.free) for line in lines.values()}
        assert_valid(paths, lender=lender, borrower=borrower, free=free)
        values.append(total(paths))
    assert values[0] == values[1]
    return values[0], values[2]


def as_seen_by(world: World, lender: int, borrower: int) -> World:
    """Return the world with people renamed so that these two are the lender and the borrower."""
    names = {lender: LENDER, borrower: BORROWER}
    for person in range(world.people):
        if person not in names:
            names[person] = len(names)
    return World(
        world.people,
        tuple(
            Arc(names[arc.giver], names[arc.receiver], arc.free, arc.lenders) for arc in world.arcs
        ),
        frozenset(frozenset(names[person] for person in pair) for pair in world.friends),
    )


@pytest.mark.parametrize("seed", range(WORLDS))
def test_both_engines_carry_what_networkx_says(now: datetime, seed: int) -> None:
    """All pairs of a small random world, with every policy about lenders: some hundred in all."""
    world = random_world(Random(seed))
    people = make_people(world.people, at=now)
    make_friendships((tuple(people[one] for one in pair) for pair in world.friends), at=now)
    make_lines(
        ((people[arc.giver], people[arc.receiver], arc.free, arc.lenders) for arc in world.arcs),
        at=now,
    )
    level_graph()

    for lender in range(world.people):
        for borrower in range(world.people):
            if lender != borrower:
                expected = judge(as_seen_by(world, lender, borrower).usable())
                assert flows(people[lender], people[borrower]) == (expected, expected)


@pytest.mark.parametrize(
    ("policy", "tie", "flow"),
    [
        ("any", "strangers", 5), ("any", "friends", 5), ("friends", "strangers", 0),
        ("friends", "asked", 0), ("friends", "ended", 0), ("friends", "friends", 5),
        ("nobody", "friends", 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("restricted", ["middle", "last"])
def test_a_guarantor_says_whose_loans_a_line_serves(
    now: datetime, policy: str, tie: str, flow: int, restricted: str
) -> None:
    """
    lender --9--> a --5--> b --9--> borrower      a's or b's line has the policy
    """
    lender, a, b, borrower = make_people(4, at=now)
    policies = {"middle": "any", "last": "any", restricted: policy}
    make_lines(
        [
            (lender, a, 9, "nobody"),
            (a, b, 5, policies["middle"]),
            (b, borrower, 9, policies["last"]),
        ],
        at=now,
    )
    for guarantor in (a, b):
        tie_together(lender, guarantor, tie, at=now)
    level_graph()

    assert flows(lender, borrower) == (flow, flow)
    # The giver's own loans may always use the line.
    assert flows(b, borrower) == (9, 9)


def tie_together(one: UUID, other: UUID, tie: str, *, at: datetime) -> None:
    if tie == "asked":
        friends.ask(person_id=one, other=other, note="", at=at)
    elif tie == "friends":
        make_friendships([(one, other)], at=at)
    elif tie == "ended":
        make_friendships([(one, other)], at=at, status=Status.NONE)


def test_what_a_loan_reserves_is_gone_from_both_engines(now: datetime) -> None:
    """
    lender --500--> friend --300--> borrower,  lender --50--> borrower
    """
    lender, friend, borrower = make_people(3, at=now, funds=1_000)
    trust(lender, friend, 500, at=now)
    trust(friend, borrower, 300, at=now)
    trust(lender, borrower, 50, at=now)
    level_graph()
    assert flows(lender, borrower) == (350, 350)

    lend(lender, borrower, 120, at=now)
    level_graph()

    assert flows(lender, borrower) == (230, 230)
    assert flows(lender, friend) == (430, 430)


def test_people_without_lines_have_no_flow(now: datetime) -> None:
    one, other = make_people(2, at=now)
    level_graph()

    assert flows(one, other) == (0, 0)


def read_ratings(path: Path) -> list[tuple[int, int, int]]:
    """Return who gave whom which positive rating."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [(int(one), int(other), int(rating)) for one, other, rating, _ in rows]


@pytest.mark.long
@pytest.mark.data
def test_a_real_market_of_trust_carries_what_networkx_says(
    now: datetime, data: Callable[[str], Path]
) -> None:
    """The positive ratings of bitcoin-alpha as capacities; pairs that are two or three lines
    apart.
    """
    ratings = [
        (one, other, rating)
        for one, other, rating in read_ratings(data("bitcoin-alpha/soc-sign-bitcoinalpha.csv.gz"))
        if rating > 0 and one != other
    ]
    users = sorted({user for one, other, _ in ratings for user in (one, other)})
    people = dict(zip(users, make_people(len(users), at=now), strict=True))
    level_graph()
    make_many_lines(((people[a], people[b], rating, "any") for a, b, rating in ratings), at=now)
    given: dict[int, dict[int, int]] = {}
    taken: dict[int, dict[int, int]] = {}
    for giver, receiver, rating in ratings:
        given.setdefault(giver, {})[receiver] = rating
        taken.setdefault(receiver, {})[giver] = rating

    random = Random(7)
    values = []
    while len(values) < SAMPLED_PAIRS:
        lender = random.choice(users)
        borrower = lender
        for _ in range(random.choice((2, 3))):
            borrower = random.choice(sorted(given.get(borrower, {})) or [lender])
        if borrower == lender:
            continue
        arcs = ways_between(given, taken, lender, borrower)
        expected = judge(arcs)
        assert flows(people[lender], people[borrower]) == (expected, expected)
        values.append(expected)

    assert min(values) >= 0
    assert max(values) > 50
    assert len(set(values)) > 20


def ways_between(
    given: dict[int, dict[int, int]], taken: dict[int, dict[int, int]], lender: int, borrower: int
) -> list[Arc]:
    """Return the lines near two users, renamed for the judge."""
    near = set(given.get(lender, {})) | set(taken.get(borrower, {})) | {lender, borrower}
    names = {lender: LENDER, borrower: BORROWER}
    for user in sorted(near - names.keys()):
        names[user] = len(names)
    return [
        Arc(names[giver], names[receiver], rating)
        for giver in near
        for receiver, rating in given.get(giver, {}).items()
        if receiver in near
    ]
