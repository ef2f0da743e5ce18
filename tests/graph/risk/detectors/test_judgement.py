"""The overall judgement on made worlds: what it finds, and that it flags nobody in honest ones."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from graph.risk.detectors.background import find_far, find_many, median
from graph.risk.detectors.judgement import judge
from graph.risk.detectors.missing import Ties, measure_clustering
from graph.risk.detectors.rings import Ring, gather_rings, merge_rings
from graph.risk.detectors.transfers import Transfer
from graph.risk.detectors.unusual import find_unusual
from graph.risk.scores import score
from tests.graph.risk.detectors.worlds import BASE, LIVES, MIXED, PLANS, World, make_world

# Precision and recall that the judgement must not fall below, well under what it reaches.
LEAST = {
    "fan-in, seen in part": (0.8, 0.75),
    "fan-out, seen in part": (0.8, 0.75),
    "cycles, seen in part": (0.75, 0.75),
    "cycles at any time, seen in part": (0.75, 0.6),
    "fan-in and cycles, seen in part": (0.75, 0.75),
    "all shapes, members from anywhere, seen whole": (0.85, 0.75),
    "often twice a day, amounts like ordinary ones": (0.7, 0.75),
}


@pytest.mark.parametrize("name", LEAST)
def test_planted_rings_are_found_in_each_kind_of_life(name: str) -> None:
    world = make_world(PLANS[name], seed=4)
    reached = score(judge(world.transfers).flagged, world.planted)
    precision, recall = LEAST[name]
    assert reached.precision >= precision
    assert reached.recall >= recall


@pytest.mark.parametrize("life", LIVES)
def test_nobody_is_flagged_where_nothing_is_planted(life: str) -> None:
    world = make_world(replace(BASE, people=1000, life=life, rings=()), seed=5)
    assert len(world.transfers) > 4000
    assert judge(world.transfers).flagged == frozenset()


def renumber(world: World, chance: random.Random) -> tuple[list[Transfer], dict[str, str]]:
    names = sorted({account for one in world.transfers for account in (one.source, one.target)})
    new = dict(zip(names, map(str, chance.sample(range(10**6), len(names))), strict=True))
    shuffled = [
        one._replace(source=new[one.source], target=new[one.target]) for one in world.transfers
    ]
    chance.shuffle(shuffled)
    return shuffled, new


@pytest.mark.parametrize("life", ["once", "loosely"])
def test_other_account_numbers_and_another_order_of_lines_change_nothing(life: str) -> None:
    world = make_world(replace(BASE, people=800, life=life, rings=MIXED), seed=6)
    judged = judge(world.transfers)
    renamed, new = renumber(world, random.Random(7))
    again = judge(renamed)
    assert len(judged.flagged) > 50
    assert again.flagged == {new[account] for account in judged.flagged}
    assert again.accounts() == {
        name: {new[account] for account in accounts} for name, accounts in judged.accounts().items()
    }


def test_members_that_have_not_paid_yet_are_found_by_their_ordinary_ties() -> None:
    world = make_world(replace(BASE, people=6000, hubs=15, rings=(("fan_in", 60),)), seed=8)
    judged = judge(world.transfers)
    added = score(judged.missing, world.planted)
    assert judged.missing.isdisjoint(judged.unusual)
    assert added.flagged > 5
    assert added.precision > 0.5


def test_nobody_is_added_where_members_have_no_ties_of_their_own() -> None:
    plan = replace(
        BASE, rings=(("fan_in", 20),), near=False, traced=False, period=20, members=(5, 8)
    )
    world = make_world(plan, seed=9)
    judged = judge(world.transfers)
    assert score(judged.unusual, world.planted).f1 == 1
    assert len(judged.missing) <= 2


def test_the_judgement_says_why() -> None:
    world = make_world(PLANS["cycles, seen in part"], seed=10)
    findings = judge(world.transfers).findings
    assert list(findings) == [
        "fan_in", "fan_out", "cycles", "scatter_gather", "gather_scatter", "fast_in_fast_out",
        "split_payments", "odd_amounts", "out_of_habit", "money_round",
    ]  # fmt: skip
    assert {one.reason for one in findings["split_payments"]} == {"Paid in many parts on one day"}
    assert findings["cycles"]
    assert all(len(ring.accounts) in range(3, 7) for ring in findings["cycles"])


def test_an_empty_set_and_one_transfer_are_nothing() -> None:
    assert judge([]).flagged == frozenset()
    assert judge([Transfer("a", "b", 5, 1), Transfer("a", "a", 5, 1)]).flagged == frozenset()


def test_a_distance_parts_what_is_rare_and_far_from_what_only_tails_off() -> None:
    assert find_far([0.0] * 990 + [3.0] * 10) == pytest.approx(0.405, abs=0.001)
    # More than one in twenty is ordinary.
    assert find_far([0.0] * 900 + [3.0] * 100) is None
    chance = random.Random(1)
    assert find_far([abs(chance.gauss(0, 0.6)) for _ in range(5000)]) is None
    assert find_far([chance.expovariate(2) for _ in range(5000)]) is None
    assert find_far([]) is None


def test_many_payments_of_one_day_stand_out_where_others_do_not_repeat_themselves() -> None:
    assert find_many(Counter({1: 10_000, 5: 40}), by_chance=0) == 5
    assert find_many(Counter({1: 10_000, 2: 8, 3: 9, 5: 40}), by_chance=0) == 2
    # So many pairs come by chance that pairs say nothing.
    assert find_many(Counter({1: 10_000, 2: 8, 3: 9, 5: 40}), by_chance=8) == 3
    # Everybody pays twice now and then, and three times as often as that lets one expect.
    assert find_many(Counter({1: 8000, 2: 2000, 3: 500, 4: 120}), by_chance=0) is None
    assert find_many(Counter({1: 100, 5: 100}), by_chance=0) is None
    assert find_many(Counter({1: 100, 5: 2}), by_chance=0) is None
    assert find_many(Counter(), by_chance=0) is None


def test_two_who_split_payments_on_most_days_have_a_habit() -> None:
    rows = [Transfer(f"x{n}", f"y{n}", 500, n % 50) for n in range(2000)]
    ring = [Transfer(f"r{n % 8}", "m", 500, n % 8) for n in range(40)]
    habit = [Transfer("h", "k", 500, 10 * day) for day in range(5) for _ in range(5)]
    unusual = find_unusual(rows + ring + habit)
    assert {day[:2] for day in unusual.reasons} == {(f"r{n}", "m") for n in range(8)}
    assert ("h", "k") in unusual.ordinary_pairs


def test_the_middle_of_an_even_number_of_values_lies_between_two() -> None:
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 2, 3]) == 2.5


def test_rings_are_connected_payments_with_a_shape_and_roles() -> None:
    rings = gather_rings([("a", "m"), ("b", "m"), ("x", "y"), ("y", "z"), ("m", "m2"), ("p", "q")])
    assert [ring.shape for ring in rings] == ["mixed", "mixed", "pair"]
    assert rings[0].roles == {"a": "payer", "b": "payer", "m": "both", "m2": "payee"}
    rest = rings[0].without("m2")
    assert rest is not None
    assert rest.shape == "in"
    assert rings[2].without("p") is None
    assert Ring((("m", "a"), ("m", "b"))).shape == "out"


def test_rings_that_share_a_found_member_become_one() -> None:
    rings = gather_rings([("a", "b"), ("c", "d"), ("e", "f")])
    merged = merge_rings(rings, [(0, "x"), (1, "x"), (2, "y")])
    assert [set(ring.members) for ring in merged] == [{"a", "b", "c", "d", "x"}, {"e", "f", "y"}]
    assert merged[0].pairs == (("a", "b"), ("c", "d"))


def test_clustering_is_how_much_more_often_than_by_chance_payers_are_shared() -> None:
    triangles = [
        pair
        for n in range(50)
        for pair in ((f"h{n}", f"a{n}"), (f"h{n}", f"b{n}"), (f"a{n}", f"b{n}"))
    ]
    assert measure_clustering(Ties(triangles), set()) > 20
    chain = [(f"a{n}", f"a{n + 1}") for n in range(50)]
    assert measure_clustering(Ties(chain), set()) == 1
