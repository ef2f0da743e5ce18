"""Drawing shares: the sum is exact, every share within its bounds, and no position pays."""

import math
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.envelopes.draw import draw_shares, equal_shares

LARGEST = 20_000
DRAWS = 10_000


def critical(freedom: int) -> float:
    """Return the value that chi-square exceeds once in ten thousand (Wilson and Hilferty, 1931)."""
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + 3.719 * math.sqrt(part)) ** 3)


@st.composite
def terms(draw: st.DrawFn) -> tuple[int, int, int]:
    """Draw an amount, a count and a largest share that fit each other, often at the limits."""
    count = draw(st.integers(1, 60))
    largest = draw(st.one_of(st.just(LARGEST), st.integers(1, 50)))
    amount = draw(
        st.one_of(
            st.integers(count, count * largest),
            st.just(count),
            st.just(count * largest),
            st.integers(max(count, count * largest - 5), count * largest),
        )
    )
    return amount, count, largest


@given(terms=terms(), seed=st.integers())
def test_the_shares_sum_to_the_amount_and_keep_their_bounds(
    terms: tuple[int, int, int], seed: int
) -> None:
    amount, count, largest = terms

    shares = draw_shares(amount=amount, count=count, largest=largest, random=Random(seed))

    assert len(shares) == count
    assert sum(shares) == amount
    assert all(1 <= share <= largest for share in shares)


@pytest.mark.parametrize(
    ("amount", "count"), [(0, 1), (1, 0), (4, 5), (-5, 1), (100_001, 5), (20_001, 1), (5, -1)]
)
def test_an_amount_that_does_not_fit_is_refused(amount: int, count: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        draw_shares(amount=amount, count=count, largest=LARGEST, random=Random(1))


# Ordinary amounts, and amounts so near to the limits that an unshuffled draw would favour a place.
POSITIONS = [
    (1_000, 10, LARGEST), (100, 5, LARGEST), (12, 10, LARGEST), (15, 10, LARGEST), (20, 10, 3),
    (29, 10, 3), (5 * LARGEST - 7, 5, LARGEST), (5 * LARGEST - 5_000, 5, LARGEST),
    (8 * LARGEST - 30_000, 8, LARGEST), (3, 2, LARGEST),
]  # fmt: skip


@pytest.mark.parametrize(("amount", "count", "largest"), POSITIONS)
def test_no_position_pays_more_than_another(amount: int, count: int, largest: int) -> None:
    """Chi-square over the means by position: shares of one envelope sum to a constant, so the means
    of fair positions vary by count / (count - 1) times what independent ones would.
    """
    random = Random(20260808)
    sums, squares = [0] * count, 0
    for _ in range(DRAWS):
        shares = draw_shares(amount=amount, count=count, largest=largest, random=random)
        for place, share in enumerate(shares):
            sums[place] += share
            squares += share * share
    mean = amount / count
    variance = squares / (DRAWS * count) - mean**2

    deviation = sum((total / DRAWS - mean) ** 2 for total in sums)
    statistic = DRAWS * deviation / (variance * count / (count - 1))

    assert statistic < critical(count - 1)


def test_two_shares_are_uniform() -> None:
    """Ten over two shares: the first is anything from 1 to 9, each as likely as the others."""
    random = Random(9)
    drawn = Counter(
        draw_shares(amount=10, count=2, largest=LARGEST, random=random)[0] for _ in range(DRAWS)
    )

    assert sorted(drawn) == list(range(1, 10))
    expected = DRAWS / 9
    assert sum((seen - expected) ** 2 / expected for seen in drawn.values()) < critical(8)


def test_equal_shares_divide_or_are_refused() -> None:
    assert equal_shares(amount=12, count=4) == [3, 3, 3, 3]
    with pytest.raises(ValueError, match="multiple"):
        equal_shares(amount=13, count=4)
