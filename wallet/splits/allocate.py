"""Dividing an amount so that no fen is lost: largest remainders."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor


def allocate(amount: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Divide an amount (minor units, may be negative) in proportion to weights; the parts sum to it
    exactly.

    Everybody gets their exact share rounded down; the units left over go one each to the largest
    remainders, on a tie to the earlier in the list (the method of Hamilton). So of a negative
    amount the earlier bears less. Who has no weight gets nothing. With no weight at all there is
    nothing to divide by, and everybody gets 0.
    """
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    exact = [Fraction(amount) * Fraction(weight) / Fraction(total) for weight in weights]
    parts = [floor(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def divide_evenly(amount: int, people: int, *, first: int) -> list[int]:
    """Divide an amount evenly; the units left over go one each to the places from `first` on,
    around the end.
    """
    whole, left = divmod(amount, people)
    return [whole + ((place - first) % people < left) for place in range(people)]
