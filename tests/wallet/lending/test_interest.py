"""Interest by day in millionths of a fen, and how a repayment is used; nothing is ever lost."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet.lending.interest import MILLION, Debt, repay

DAY = date(2021, 3, 1)


def debt(principal: int, *, micro: int = 0, ppm: int = 400) -> Debt:
    return Debt(principal, micro, DAY, ppm)


def test_interest_runs_for_each_date_after_the_grant() -> None:
    # 10,001 fen at 0.04 % a day are 4.0004 fen a day.
    owed = debt(10_001)

    assert owed.accrue(DAY) == owed
    assert owed.accrue(DAY + timedelta(days=1)).interest_micro == 4_000_400
    week = owed.accrue(DAY + timedelta(days=7))
    assert (week.interest_micro, week.whole_interest) == (28_002_800, 28)
    assert week.accrued_on == date(2021, 3, 8)


def test_interest_is_simple_and_does_not_depend_on_how_often_it_is_looked_at() -> None:
    owed = debt(123_457)
    for days in range(1, 31):
        owed = owed.accrue(DAY + timedelta(days=days))

    assert owed.interest_micro == 123_457 * 400 * 30
    assert owed == debt(123_457).accrue(DAY + timedelta(days=30))


def test_an_earlier_date_takes_nothing_back() -> None:
    owed = debt(10_000).accrue(DAY + timedelta(days=2))

    assert owed.accrue(DAY) == owed


def test_a_repayment_takes_the_whole_fen_of_interest_first_and_the_rest_carries_on() -> None:
    used = repay(debt(10_001, micro=28_002_800), 1_000)

    assert (used.taken, used.interest, used.principal) == (1_000, 28, 972)
    assert (used.debt.principal, used.debt.interest_micro) == (9_029, 2_800)


def test_a_repayment_smaller_than_the_interest_lowers_only_that() -> None:
    used = repay(debt(10_001, micro=28_002_800), 20)

    assert (used.taken, used.interest, used.principal) == (20, 20, 0)
    assert (used.debt.principal, used.debt.interest_micro) == (10_001, 8_002_800)


@pytest.mark.parametrize(
    ("micro", "closing"),
    [
        (0, 100), (499_999, 100), (500_000, 101), (999_999, 101), (1_000_000, 101),
        (1_499_999, 101), (1_500_000, 102),
    ],
)  # fmt: skip
def test_the_closing_repayment_rounds_half_up(micro: int, closing: int) -> None:
    owed = debt(100, micro=micro)

    used = repay(owed, closing)

    assert owed.closing == closing
    assert (used.taken, used.principal, used.debt.closing) == (closing, 100, 0)
    assert used.debt.interest_micro == 0


@pytest.mark.parametrize("offered", [129, 130, 10**15])
def test_offering_more_than_is_owed_takes_what_is_owed(offered: int) -> None:
    used = repay(debt(100, micro=28_600_000), offered)

    assert (used.taken, used.interest, used.principal) == (129, 29, 100)
    assert used.debt.closing == 0


def test_one_fen_short_of_closing_leaves_the_rounding_owed() -> None:
    used = repay(debt(100, micro=600_000), 100)

    assert (used.taken, used.interest, used.principal) == (100, 0, 100)
    assert (used.debt.principal, used.debt.closing) == (0, 1)
    assert repay(used.debt, 1).debt.closing == 0


@settings(deadline=None)
@given(
    principal=st.integers(1, 10_000),
    ppm=st.integers(0, 400),
    steps=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4_000)), max_size=12),
)
def test_what_is_paid_and_what_is_owed_always_add_up(
    principal: int, ppm: int, steps: list[tuple[int, int]]
) -> None:
    owed, today = Debt(principal, 0, DAY, ppm), DAY
    accrued = paid_interest = paid_principal = 0

    for days, amount in steps:
        today += timedelta(days=days)
        accrued += owed.principal * ppm * days
        used = repay(owed.accrue(today), amount)
        paid_interest += used.interest
        paid_principal += used.principal
        owed = used.debt
        assert used.taken == used.interest + used.principal <= amount
        if owed.closing == 0:
            break
        assert paid_interest * MILLION + owed.interest_micro == accrued
    assert paid_principal + owed.principal == principal
    # Closing rounds once, so nobody is ever half a fen off.
    assert abs(paid_interest * MILLION + owed.interest_micro - accrued) <= MILLION // 2
