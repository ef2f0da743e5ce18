"""When a loan is to be repaid, and in which pieces."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

MILLION = 1_000_000


@dataclass(frozen=True)
class Instalment:
    """One due date: what is to be paid then, split into interest and principal, and the principal
    left after.
    """

    due_on: date
    amount: int
    interest: int
    principal: int
    left: int


def make_schedule(
    *, principal: int, ppm: int, days: int, instalments: int, granted_on: date
) -> list[Instalment]:
    """Return the instalments of a loan: equal annuities, the last one takes the rest (minor units).

    With one instalment, everything is due at the end. The annuity is the amount whose present
    values at the daily rate sum to the principal: A = P / sum(prod(1 / (1 + r * d_j) for j <= k)
    for k), where d_j are the days of each period; rounded half up.
    """
    ends = [round(Fraction(days * (place + 1), instalments)) for place in range(instalments)]
    lengths = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    annuity = _annuity(principal, ppm, lengths)
    schedule, left, carried = [], principal, 0
    for place, (end, length) in enumerate(zip(ends, lengths, strict=True)):
        carried += left * ppm * length
        is_last = place == instalments - 1
        interest = _half_up(Fraction(carried, MILLION)) if is_last else carried // MILLION
        part = left if is_last else max(0, min(left, annuity - interest))
        carried -= interest * MILLION
        left -= part
        due_on = granted_on + timedelta(days=end)
        schedule.append(Instalment(due_on, interest + part, interest, part, left))
    return schedule


def _annuity(principal: int, ppm: int, lengths: list[int]) -> int:
    # Fractions would grow by some digits with each period; sixty are beyond any tie of fen.
    with localcontext(prec=60):
        discount, total = Decimal(1), Decimal(0)
        for length in lengths:
            discount /= 1 + Decimal(ppm * length) / MILLION
            total += discount
        return int((principal / total).to_integral_value(ROUND_HALF_UP))


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def next_due(schedule: list[Instalment], principal: int) -> date:
    """Return the date of the first instalment that is not met: more principal is left than planned
    after it.
    """
    for instalment in schedule:
        if principal > instalment.left:
            return instalment.due_on
    return schedule[-1].due_on
