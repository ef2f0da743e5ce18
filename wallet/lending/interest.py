"""Simple interest by day, kept exactly in millionths of a minor unit."""

from dataclasses import dataclass
from datetime import date

MILLION = 1_000_000


@dataclass(frozen=True)
class Debt:
    """What is owed: principal in minor units, unpaid interest in millionths of one, up to and with
    a date.

    `ppm` is the daily rate in parts per million, so a day's interest is principal * ppm millionths.
    """

    principal: int
    interest_micro: int
    accrued_on: date
    ppm: int

    def accrue(self, to: date) -> "Debt":
        """Return the debt on a later date, with interest for each date after `accrued_on`."""
        days = max(0, (to - self.accrued_on).days)
        grown = self.interest_micro + self.principal * self.ppm * days
        return Debt(self.principal, grown, max(to, self.accrued_on), self.ppm)

    @property
    def whole_interest(self) -> int:
        """Return the whole minor units of interest; the rest carries on."""
        return self.interest_micro // MILLION

    @property
    def rounded_interest(self) -> int:
        """Return the interest that a closing repayment takes: rounded half up."""
        return (2 * self.interest_micro + MILLION) // (2 * MILLION)

    @property
    def closing(self) -> int:
        """Return what pays everything off."""
        return self.principal + self.rounded_interest


@dataclass(frozen=True)
class Repayment:
    """How an amount was used, and the debt after it; all in minor units."""

    taken: int
    interest: int
    principal: int
    debt: Debt


def repay(debt: Debt, amount: int) -> Repayment:
    """Use an amount to pay a debt that is accrued to the day of the repayment.

    Takes the whole units of interest first and principal with the rest; offering as much as is
    owed, or more, takes exactly what is owed and closes the debt.
    """
    if amount >= debt.closing:
        closed = Debt(0, 0, debt.accrued_on, debt.ppm)
        return Repayment(debt.closing, debt.rounded_interest, debt.principal, closed)
    interest = min(amount, debt.whole_interest)
    # What is left after the interest is below the principal plus at most one unit of rounding.
    principal = min(amount - interest, debt.principal)
    left = Debt(
        debt.principal - principal,
        debt.interest_micro - interest * MILLION,
        debt.accrued_on,
        debt.ppm,
    )
    return Repayment(interest + principal, interest, principal, left)
