"""Loans for tests: two people with trust between them, and a day that no other test ages."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from graph.people.models import Tier
from graph.trust.models import Line
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import balance, make_people, trust
from wallet.lending.models import Loan, Reservation
from wallet.lending.repayment import age_loans
from wallet.lending.services import expire_asks

# Noon in Shanghai. Long ago, so that ageing these loans leaves those of other tests alone.
DAY = datetime(2021, 3, 1, 4, tzinfo=UTC)
FUNDS = 10_000_000


def later(days: int) -> datetime:
    """Return noon so many days after the first one."""
    return DAY + timedelta(days=days)


class Pair:
    """A lender with money who stands behind a borrower without."""

    def __init__(self, *, line: int = 100_000, tier: Tier = Tier.VERIFIED, funds: int = 0) -> None:
        (self.lender,) = make_people(1, at=DAY, funds=FUNDS)
        (self.borrower,) = make_people(1, at=DAY, tier=tier, funds=funds)
        if line:
            trust(self.lender, self.borrower, line, at=DAY)

    def ask(
        self, amount: int = 10_000, *, at: datetime = DAY, days: int = 30, **terms: Any
    ) -> UUID:
        """Ask for a loan and return its id."""
        fields = {"lender": self.lender, "amount": amount, "days": days} | terms
        return UUID(call(self.borrower, "loan.ask", at=at, **fields)["loan"]["id"])

    def grant(self, loan: UUID, *, at: datetime = DAY) -> Any:
        return call(self.lender, "loan.grant", at=at, loan=loan)["loan"]

    def lend(self, amount: int = 10_000, *, at: datetime = DAY, **terms: Any) -> UUID:
        """Have a loan asked for and granted; return its id."""
        loan = self.ask(amount, at=at, **terms)
        self.grant(loan, at=at)
        return loan

    def repay(self, loan: UUID, amount: int, *, at: datetime) -> Any:
        return call(self.borrower, "loan.repay", at=at, loan=loan, amount=amount)["loan"]

    def get(self, loan: UUID, *, at: datetime = DAY, reader: UUID | None = None) -> Any:
        return call(reader or self.lender, "loan.get", at=at, loan=loan)["loan"]

    def limit(self, *, at: datetime = DAY) -> Any:
        return call(self.borrower, "loan.limit", at=at, lender=self.lender, borrower=self.borrower)

    def balances(self) -> tuple[int, int]:
        """Return what the lender and the borrower have."""
        return balance(self.lender, at=DAY), balance(self.borrower, at=DAY)

    def line(self) -> tuple[int, int, int]:
        """Return capacity, reserved and burned of the line between the two."""
        return line_between(self.lender, self.borrower)


def line_between(giver: UUID, receiver: UUID) -> tuple[int, int, int]:
    """Return capacity, reserved and burned of a line."""
    found = Line.objects.get(giver_id=giver, receiver_id=receiver)
    return found.capacity, found.reserved, found.burned


def status(loan: UUID) -> str:
    """Return the status that is written, whatever the time."""
    return str(Loan.objects.get(id=loan).status)


def parts(loan: UUID) -> list[int]:
    """Return what each path of a loan still reserves."""
    rows = Reservation.objects.filter(loan_id=loan).order_by("position")
    return list(rows.values_list("outstanding", flat=True))


def told(owner: UUID, loan: UUID) -> list[str]:
    """Return what somebody was told of a loan's changes, in that order."""
    rows = Notice.objects.filter(owner_id=owner, ref=loan, kind="loan.changed").order_by("id")
    return list(rows.values_list("text", flat=True))


def age(*, at: datetime) -> None:
    """Do what the service does each day with loans that are late, as often as there are some."""
    while age_loans(at=at):
        pass


def sweep_asks(*, at: datetime) -> None:
    """Expire the asks that nobody answered in time."""
    while expire_asks(at=at):
        pass
