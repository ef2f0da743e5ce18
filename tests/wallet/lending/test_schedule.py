"""Instalments: equal annuities, the last takes the rest, and which one is due next."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet.lending.schedule import Instalment, make_schedule, next_due

DAY = date(2021, 3, 1)


def plan(principal: int, **terms: int) -> list[Instalment]:
    fields = {"ppm": 400, "days": 30, "instalments": 1} | terms
    return make_schedule(principal=principal, granted_on=DAY, **fields)


def test_one_instalment_is_everything_at_the_end() -> None:
    # 10,001 * 400 * 30 are 120.012 fen.
    assert plan(10_001) == [Instalment(date(2021, 3, 31), 10_121, 120, 10_001, 0)]


def test_instalments_are_equal_and_the_last_takes_the_rest() -> None:
    # 30,000 at 0.4 % for ten days: 30,000 / (1/1.004 + 1/1.004^2 + 1/1.004^3) = 10,080.11.
    assert plan(30_000, instalments=3) == [
        Instalment(date(2021, 3, 11), 10_080, 120, 9_960, 20_040),
        Instalment(date(2021, 3, 21), 10_080, 80, 10_000, 10_040),
        Instalment(date(2021, 3, 31), 10_080, 40, 10_040, 0),
    ]


def test_without_interest_the_parts_are_the_principal() -> None:
    found = plan(100, ppm=0, instalments=3)

    assert [(one.amount, one.interest, one.left) for one in found] == [
        (33, 0, 67),
        (33, 0, 34),
        (34, 0, 0),
    ]


def test_days_that_do_not_divide_are_spread() -> None:
    found = plan(1_000, ppm=0, days=10, instalments=4)

    assert [(one.due_on - DAY).days for one in found] == [2, 5, 8, 10]


# The fractions are exact, which takes its time.
@settings(deadline=None)
@given(
    principal=st.integers(1, 10**9), ppm=st.integers(0, 400), days=st.integers(1, 365),
    data=st.data(),
)  # fmt: skip
def test_every_schedule_pays_everything_back(
    principal: int, ppm: int, days: int, data: st.DataObject
) -> None:
    instalments = data.draw(st.integers(1, min(days, 36)))

    found = plan(principal, ppm=ppm, days=days, instalments=instalments)

    assert len(found) == instalments
    assert sum(one.principal for one in found) == principal
    assert found[-1].left == 0
    assert all(one.amount == one.interest + one.principal for one in found)
    assert min(one.principal for one in found) >= 0
    ends = [(one.due_on - DAY).days for one in found]
    assert ends == sorted(set(ends))
    assert ends[-1] == days


@pytest.mark.parametrize(
    ("principal", "due"),
    [(30_000, 11), (20_041, 11), (20_040, 21), (10_041, 21), (10_040, 31), (1, 31), (0, 31)],
)
def test_the_next_date_is_that_of_the_first_instalment_not_met(principal: int, due: int) -> None:
    assert next_due(plan(30_000, instalments=3), principal) == date(2021, 3, due)
