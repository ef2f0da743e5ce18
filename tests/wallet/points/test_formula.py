"""The formula alone: its bounds, what raises a score and never lowers it, and exact examples."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.points.formula import (
    HIGHEST,
    LOWEST,
    MOST,
    Facts,
    History,
    Money,
    Part,
    Raise,
    Reason,
    add_up,
    list_raises,
    make_parts,
)

COUNT = st.integers(0, 20)
FEN = st.integers(-(10**9), 10**9)
HISTORIES = st.builds(
    History,
    on_time=st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9)),
    days_late=st.lists(st.integers(1, 90), max_size=6).map(lambda days: tuple(sorted(days))),
    overdue=st.integers(0, 2),
    repaid=st.integers(0, 10**8),
).map(lambda one: one if one.on_time else replace(one, repaid=0))
SIX = st.lists(FEN, min_size=6, max_size=6).map(tuple)
MONEY = st.builds(
    Money, entries=COUNT, incomes=SIX, cushions=SIX, payments=COUNT, active=st.integers(0, 6),
    people=COUNT, bills=COUNT, reversals=st.integers(0, 2),
)  # fmt: skip
FACTS = st.builds(
    Facts, history=HISTORIES, money=MONEY,
    tier=st.sampled_from(["basic", "real_name", "verified"]), months=st.integers(0, 10),
    friends=st.none() | COUNT, behind=COUNT, burned=st.integers(0, 3),
)  # fmt: skip


def score(facts: Facts) -> int:
    return add_up(make_parts(facts))


BEST = Facts(
    history=History({"a": 3, "b": 3}, (), 0, 1_000_000),
    money=Money(9, (10_000,) * 6, (1_000_000,) * 6, 20, 6, 8, 10, 0), tier="verified", months=10,
    friends=5, behind=5,
)  # fmt: skip


def test_the_weights_are_those_of_the_five_parts() -> None:
    weights = [part.most * 100 / 600 for part in make_parts(BEST)]

    assert weights == [35, 25, 20, 15, 5]
    assert [part.points for part in make_parts(BEST)] == [210, 150, 120, 90, 30]
    assert all(sum(rule.most for rule in part.reasons) == part.most for part in make_parts(BEST))


def test_who_has_shown_all_has_the_highest_score_and_who_has_shown_nothing_the_lowest() -> None:
    assert score(BEST) == 950
    assert score(Facts()) == 350
    assert [part.is_missing for part in make_parts(Facts())] == [True] * 5


@given(FACTS)
def test_a_score_is_350_and_its_parts_each_within_its_own_bounds(facts: Facts) -> None:
    parts = make_parts(facts)

    assert LOWEST <= score(facts) <= HIGHEST
    assert score(facts) == LOWEST + sum(reason.points for one in parts for reason in one.reasons)
    assert [part.name for part in parts] == list(MOST)
    for part in parts:
        assert part.points <= MOST[part.name]
        assert all(0 <= reason.points <= reason.most for reason in part.reasons)


@given(FACTS)
def test_the_same_facts_make_the_same_score(facts: Facts) -> None:
    assert make_parts(facts) == make_parts(replace(facts))
    assert [Part.of(part.as_json()) for part in make_parts(facts)] == make_parts(facts)


@given(FACTS, st.sampled_from("abcde"), st.integers(1_000, 10**7))
def test_repaying_on_time_never_lowers_a_score(facts: Facts, lender: str, amount: int) -> None:
    known = facts.history
    on_time = known.on_time | {lender: known.on_time.get(lender, 0) + 1}
    better = replace(known, on_time=on_time, repaid=known.repaid + amount)
    # A repayment is a payment, too.
    money = replace(facts.money, payments=facts.money.payments + 1)

    assert score(replace(facts, history=better, money=money)) >= score(facts)


WORSE: list[tuple[str, Any]] = [
    ("history", lambda one: replace(one.history, days_late=(*one.history.days_late, 1))),
    ("history", lambda one: replace(one.history, overdue=1)),
    ("behind", lambda one: max(0, one.behind - 1)),
    ("months", lambda one: max(0, one.months - 1)),
]


@pytest.mark.parametrize(("name", "change"), WORSE)
@given(FACTS)
def test_what_speaks_against_somebody_never_raises_a_score(
    name: str, change: Any, facts: Facts
) -> None:
    assert score(replace(facts, **{name: change(facts)})) <= score(facts)


def test_what_is_missing_adds_nothing_and_is_marked() -> None:
    facts = replace(BEST, history=History(), friends=None, behind=0)
    parts = {part.name: part for part in make_parts(facts)}

    assert [name for name, part in parts.items() if part.is_missing] == ["history", "relations"]
    assert score(facts) == 950 - 210 - 30
    assert Raise("history.missing", 210) in list_raises(list(parts.values()))


@pytest.mark.parametrize(
    ("history", "points"),
    [
        (History({"a": 1}, (), 0, 5_000), [20, 0, 60]),
        # Two who lend to each other make no history: three of one lender count.
        (History({"a": 9}, (), 0, 99_999), [60, 12, 60]),
        (History({"a": 3, "b": 3, "c": 3}, (), 0, 1_000_000), [120, 30, 60]),
        (History({"a": 1}, (30,), 0, 10_000), [20, 6, 40]),
        (History({"a": 1}, (31,), 0, 10_000), [20, 6, 20]),
        (History({"a": 1}, (1, 31), 0, 10_000), [20, 6, 0]),
        (History({}, (5,), 1, 0), [0, 0, 0]),
        # Late alone, even by a day, is worth no more than nothing.
        (History({}, (1,), 0, 0), [0, 0, 0]),
    ],
)
def test_history_counts_what_was_on_time_what_came_back_and_what_was_late(
    history: History, points: list[int]
) -> None:
    (part, *_) = make_parts(Facts(history=history))

    assert [reason.points for reason in part.reasons] == points


def test_the_cushion_is_the_lower_middle_one_so_that_three_good_days_do_not_count() -> None:
    few = Money(1, (0,) * 6, (10**9, 10**9, 10**9, 0, 0, 0))
    most = Money(1, (0,) * 6, (10**9, 10**9, 10**9, 10**9, 0, -5))

    assert [make_parts(Facts(money=one))[1].points for one in (few, most)] == [0, 60]


def test_what_would_raise_a_score_is_what_somebody_can_still_do() -> None:
    facts = Facts(
        history=History({"a": 3}, (5,), 0, 1_000_000), money=BEST.money, tier="real_name",
        months=10, friends=1, behind=1, burned=1,
    )  # fmt: skip

    assert list_raises(make_parts(facts)) == [
        Raise("history.on_time", 60), Raise("identity.document", 35), Raise("relations.behind", 16),
    ]  # fmt: skip
    assert list_raises(make_parts(BEST)) == []


def test_a_reason_says_what_it_looked_at() -> None:
    (*_, identity, relations) = make_parts(Facts(tier="real_name", months=3, friends=2, behind=1))

    assert identity.reasons == (
        Reason("identity.name", 1, 35, 35), Reason("identity.document", 0, 0, 35),
        Reason("identity.months", 3, 6, 20),
    )  # fmt: skip
    assert relations.reasons == (
        Reason("relations.behind", 1, 4, 20), Reason("relations.burned", 0, 10, 10),
    )  # fmt: skip
