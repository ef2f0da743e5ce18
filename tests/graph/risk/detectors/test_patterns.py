"""Each detector on transfers made by hand, at the edges of its window and thresholds."""

import pytest

from graph.risk.detectors.cycles import RingThresholds, TooDense, find_cycles
from graph.risk.detectors.fans import FanThresholds, find_fan_in, find_fan_out
from graph.risk.detectors.passing import PassingThresholds, find_fast_in_fast_out
from graph.risk.detectors.scatter import (
    ScatterThresholds,
    find_gather_scatter,
    find_scatter_gather,
)
from graph.risk.detectors.transfers import Finding, Transfer


def pay(*rows: tuple[str, str, int, int]) -> list[Transfer]:
    return [Transfer(*row) for row in rows]


def accounts(found: list[Finding]) -> list[tuple[str, ...]]:
    return [finding.accounts for finding in found]


def test_three_who_pay_one_within_the_window_are_a_fan() -> None:
    transfers = pay(("a", "m", 5, 0), ("b", "m", 5, 4), ("c", "m", 5, 10))
    [finding] = find_fan_in(transfers, FanThresholds(window=10))
    assert finding.accounts == ("m", "a", "b", "c")
    assert finding.transfers == tuple(transfers)
    assert finding.score == 3
    assert finding.reason == "3 accounts pay it within 10"
    assert find_fan_in(transfers, FanThresholds(window=9)) == []


def test_of_equally_wide_windows_the_earliest_counts_and_wider_fans_come_first() -> None:
    transfers = pay(
        ("a", "m", 5, 0), ("b", "m", 5, 1), ("c", "m", 5, 50), ("d", "m", 5, 51),
        ("a", "n", 5, 7), ("b", "n", 5, 7), ("c", "n", 5, 7),
    )  # fmt: skip
    found = find_fan_in(transfers, FanThresholds(window=5, fewest=2))
    assert accounts(found) == [("n", "a", "b", "c"), ("m", "a", "b")]


def test_a_fan_counts_accounts_once_and_leaves_out_small_amounts_and_oneself() -> None:
    transfers = pay(
        ("a", "m", 5, 0), ("a", "m", 5, 1), ("m", "m", 5, 1), ("b", "m", 4, 1), ("c", "m", 5, 2)
    )  # fmt: skip
    assert find_fan_in(transfers, FanThresholds(window=9, smallest=5)) == []
    [finding] = find_fan_in(transfers, FanThresholds(window=9, smallest=4))
    assert finding.accounts == ("m", "a", "b", "c")


def test_one_who_pays_three_is_a_fan_the_other_way() -> None:
    transfers = pay(("m", "a", 5, 3), ("m", "b", 5, 3), ("m", "c", 5, 3))
    [finding] = find_fan_out(transfers, FanThresholds(window=0))
    assert finding.accounts == ("m", "a", "b", "c")
    assert find_fan_in(transfers, FanThresholds(window=0)) == []


def test_a_ring_comes_back_later_and_later_within_the_window() -> None:
    ring = pay(("a", "b", 100, 1), ("b", "c", 90, 2), ("c", "a", 80, 5))
    [finding] = find_cycles(ring, RingThresholds(window=4))
    assert finding.accounts == ("a", "b", "c")
    assert finding.score == 0.8
    assert finding.reason == "Money goes round 3 accounts, and at least 80% of it comes through"
    assert find_cycles(ring, RingThresholds(window=3)) == []


def test_a_ring_of_one_moment_is_one_only_where_any_order_will_do() -> None:
    ring = pay(("b", "c", 9, 2), ("c", "a", 9, 2), ("a", "b", 9, 2))
    assert find_cycles(ring, RingThresholds(window=9)) == []
    [finding] = find_cycles(ring, RingThresholds(window=9, ordered=False))
    assert set(finding.accounts) == {"a", "b", "c"}


def test_rings_have_three_to_six_transfers_and_no_account_twice() -> None:
    two = pay(("a", "b", 9, 1), ("b", "a", 9, 2))
    assert find_cycles(two, RingThresholds(window=99)) == []
    names = "abcdefg"
    for length, rings in ((3, 1), (6, 1), (7, 0)):
        round_ = [
            Transfer(names[place], names[(place + 1) % length], 9, place) for place in range(length)
        ]
        assert len(find_cycles(round_, RingThresholds(window=99))) == rings
    eight = pay(("a", "b", 9, 1), ("b", "c", 9, 2), ("c", "b", 9, 3), ("b", "a", 9, 4))
    assert find_cycles(eight, RingThresholds(window=99)) == []


def test_a_ring_may_have_to_keep_its_money_together_and_not_to_grow() -> None:
    ring = pay(("a", "b", 100, 1), ("b", "c", 90, 2), ("c", "a", 95, 3))
    assert len(find_cycles(ring, RingThresholds(window=9, passed_on=0.9))) == 1
    assert find_cycles(ring, RingThresholds(window=9, passed_on=0.91)) == []
    assert find_cycles(ring, RingThresholds(window=9, most=1.0)) == []


def test_of_rings_of_the_same_accounts_the_earliest_counts() -> None:
    twice = pay(
        ("a", "b", 9, 1), ("a", "b", 8, 1), ("b", "c", 9, 2), ("c", "a", 9, 3), ("c", "a", 9, 4)
    )  # fmt: skip
    [finding] = find_cycles(twice, RingThresholds(window=9))
    assert [(one.amount, one.at) for one in finding.transfers] == [(8, 1), (9, 2), (9, 3)]


def test_a_search_without_end_says_so() -> None:
    ring = pay(("a", "b", 9, 1), ("b", "c", 9, 2), ("c", "a", 9, 3))
    with pytest.raises(TooDense):
        find_cycles(ring, RingThresholds(window=9, tries=1))


def test_an_account_that_pays_very_many_ends_a_search_too() -> None:
    # None of these is a way on, but each is looked at.
    transfers = pay(("a", "h", 100, 0), *((("h", f"x{n}", 1, 1)) for n in range(100)))
    assert find_cycles(transfers, RingThresholds(window=9, passed_on=0.9, tries=5)) == []
    with pytest.raises(TooDense):
        find_cycles(transfers, RingThresholds(window=9, passed_on=0.9, tries=4))


def test_money_that_is_spread_and_gathered_again_is_found_by_its_two_ends() -> None:
    transfers = pay(
        ("s", "a", 9, 1), ("s", "b", 9, 2), ("s", "c", 9, 3),
        ("a", "t", 9, 4), ("b", "t", 9, 5), ("c", "t", 9, 3),
    )  # fmt: skip
    assert find_scatter_gather(transfers, ScatterThresholds(window=9)) == []
    [finding] = find_scatter_gather(transfers, ScatterThresholds(window=9, ordered=False))
    assert finding.accounts == ("s", "t", "a", "b", "c")
    [finding] = find_scatter_gather(transfers, ScatterThresholds(window=4, fewest=2))
    assert finding.accounts == ("s", "t", "a", "b")
    assert [one.at for one in finding.transfers] == [1, 2, 4, 5]
    assert find_scatter_gather(transfers, ScatterThresholds(window=3, fewest=2)) == []


def test_money_that_comes_back_to_who_spread_it_is_no_scatter_gather() -> None:
    transfers = pay(("s", "a", 9, 1), ("s", "b", 9, 1), ("a", "s", 9, 2), ("b", "s", 9, 2))
    assert find_scatter_gather(transfers, ScatterThresholds(window=9, fewest=1)) == []


def test_an_hourglass_gathers_before_it_scatters() -> None:
    transfers = pay(
        ("a", "m", 9, 1), ("b", "m", 9, 2), ("m", "x", 9, 2), ("m", "y", 9, 3), ("m", "z", 9, 4)
    )  # fmt: skip
    [finding] = find_gather_scatter(transfers, ScatterThresholds(window=3, fewest=2))
    assert finding.accounts == ("m", "a", "b", "y", "z")
    assert finding.score == 2
    assert find_gather_scatter(transfers, ScatterThresholds(window=2, fewest=2)) == []
    back = [one._replace(at=-one.at) for one in transfers]
    assert find_gather_scatter(back, ScatterThresholds(window=9, fewest=2)) == []
    mixed = pay(("a", "m", 9, 1), ("m", "x", 9, 1), ("m", "y", 9, 2), ("b", "m", 9, 3))
    assert find_gather_scatter(mixed, ScatterThresholds(window=9, fewest=2)) == []
    [finding] = find_gather_scatter(mixed, ScatterThresholds(window=9, fewest=2, ordered=False))
    assert finding.accounts == ("m", "a", "b", "x", "y")


def test_money_rushes_through_an_account_that_keeps_little_of_it() -> None:
    transfers = pay(("a", "m", 60, 1), ("b", "m", 40, 2), ("m", "x", 90, 3))
    [finding] = find_fast_in_fast_out(transfers, PassingThresholds(window=2))
    assert finding.accounts == ("m", "a", "b", "x")
    assert finding.score == 100
    assert find_fast_in_fast_out(transfers, PassingThresholds(window=2, passed_on=0.91)) == []
    assert find_fast_in_fast_out(transfers, PassingThresholds(window=2, smallest=101)) == []


def test_money_that_went_out_first_or_was_more_than_came_does_not_rush_through() -> None:
    same_moment = pay(("a", "m", 100, 3), ("m", "x", 100, 3))
    assert find_fast_in_fast_out(same_moment, PassingThresholds(window=9)) == []
    more = pay(("a", "m", 100, 1), ("m", "x", 112, 3))
    assert find_fast_in_fast_out(more, PassingThresholds(window=9)) == []
    assert len(find_fast_in_fast_out(more, PassingThresholds(window=9, passed_on=0.89))) == 1


def test_nothing_is_found_in_nothing() -> None:
    assert find_fan_in([], FanThresholds(window=9)) == []
    assert find_fan_out([], FanThresholds(window=9)) == []
    assert find_cycles([], RingThresholds(window=9)) == []
    assert find_scatter_gather([], ScatterThresholds(window=9)) == []
    assert find_gather_scatter([], ScatterThresholds(window=9)) == []
    assert find_fast_in_fast_out([], PassingThresholds(window=9)) == []
