"""When a loan is to be repaid, and in which pieces."""

from collections.abc import Sequence
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
    *,
    principal: int,
    ppm: int,
    days: int,
    instalments: int,
    granted_on: date,
    extensions: Sequence[tuple[int, int]] = (),
) -> list[Instalment]:
    """Return the instalments of a loan: equal annuities, the last one takes the rest (minor units).

    With one instalment, everything is due at the end. The annuity is the amount whose present
    values at the daily rate sum to the principal: A = P / sum(prod(1 / (1 + r * d_j) for j <= k)
    for k), where d_j are the days of each period; rounded half up.

    `extensions` are (place, days): from the instalment at that place on, everything is due so many
    days later. The principal of each instalment stays what it was; the interest of the days that
    were added comes with the one they were added to.
    """
    ends = [round(Fraction(days * (place + 1), instalments)) for place in range(instalments)]
    principals = _split_principal(principal, ppm, _lengths(ends))
    ends = [
        end + sum(added for start, added in extensions if start <= place)
        for place, end in enumerate(ends)
    ]
    schedule, left, carried = [], principal, 0
    for place, (end, length) in enumerate(zip(ends, _lengths(ends), strict=True)):
        carried += left * ppm * length
        interest = _whole_or_last(carried, is_last=place == instalments - 1)
        carried -= interest * MILLION
        left -= principals[place]
        amount = interest + principals[place]
        due_on = granted_on + timedelta(days=end)
        schedule.append(Instalment(due_on, amount, interest, principals[place], left))
    return schedule


def _lengths(ends: Sequence[int]) -> list[int]:
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _split_principal(principal: int, ppm: int, lengths: Sequence[int]) -> list[int]:
    """Return the principal of each instalment, so that the instalments are equal."""
    annuity = _annuity(principal, ppm, lengths)
    parts, left, carried = [], principal, 0
    for length in lengths[:-1]:
        carried += left * ppm * length
        part = max(0, min(left, annuity - carried // MILLION))
        carried %= MILLION
        left -= part
        parts.append(part)
    return [*parts, left]


def _whole_or_last(carried: int, *, is_last: bool) -> int:
    """Return the interest of an instalment: whole units, and the last one rounds half up."""
    return _half_up(Fraction(carried, MILLION)) if is_last else carried // MILLION


def _annuity(principal: int, ppm: int, lengths: Sequence[int]) -> int:
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
    return schedule[next_place(schedule, principal)].due_on


def next_place(schedule: list[Instalment], principal: int) -> int:
    """Return the place of the first instalment that is not met, of the last one if all are."""
    for place, instalment in enumerate(schedule):
        if principal > instalment.left:
            return place
    return len(schedule) - 1
