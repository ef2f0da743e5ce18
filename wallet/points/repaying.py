"""How a loan was repaid, told from its terms and the repayments in the ledger alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.conf import settings

from wallet.days import day_of
from wallet.lending import interest
from wallet.lending.interest import Debt
from wallet.lending.schedule import Instalment, make_schedule, next_due
from wallet.points.formula import (
    LATE_KEPT_DAYS,
    LEAST_INSTALMENT,
    ON_TIME_PER_LENDER,
    History,
)


@dataclass(frozen=True)
class Terms:
    """What two people agreed on. `granted_at` and `ended_at` are when the money moved and when the
    loan was closed; `is_repaid` says whether that was by paying it all. `extensions` are as a loan
    keeps them.
    """

    id: UUID
    lender_id: UUID
    amount: int
    ppm: int
    days: int
    instalments: int
    granted_at: datetime
    ended_at: datetime | None = None
    is_repaid: bool = False
    extensions: tuple[tuple[int, int], ...] = ()

    @property
    def granted_on(self) -> date:
        """Return the date after which interest grows."""
        return day_of(self.granted_at)

    @property
    def ended_on(self) -> date | None:
        """Return the date on which it was closed, if it was."""
        return day_of(self.ended_at) if self.ended_at else None

    # Asked for at the end of each window, and not quick to make.
    @cached_property
    def schedule(self) -> list[Instalment]:
        """Return when what is to be repaid."""
        return make_schedule(
            principal=self.amount, ppm=self.ppm, days=self.days, instalments=self.instalments,
            granted_on=self.granted_on, extensions=self.extensions,
        )  # fmt: skip


@dataclass(frozen=True)
class Paid:
    """A repayment in the ledger (fen)."""

    at: datetime
    amount: int

    @property
    def on(self) -> date:
        """Return the date that it counts for."""
        return day_of(self.at)


@dataclass(frozen=True)
class _Moment:
    """What was still owed after something was paid."""

    on: date
    debt: Debt


def _walk(terms: Terms, payments: Sequence[Paid], schedule: list[Instalment]) -> list[_Moment]:
    debt = Debt(terms.amount, 0, terms.granted_on, terms.ppm)
    moments = [_Moment(terms.granted_on, debt)]
    for paid in payments:
        debt = _accrue(debt, paid.on, schedule)
        is_last = terms.is_repaid and paid.at == terms.ended_at
        # The books say that it closed the loan, whatever day the sweeper came to it.
        amount = max(paid.amount, debt.closing) if is_last else paid.amount
        debt = interest.repay(debt, amount).debt
        moments.append(_Moment(paid.on, debt))
    return moments


def _accrue(debt: Debt, day: date, schedule: list[Instalment]) -> Debt:
    """Let interest grow, which stops on the day of a default."""
    due_on = next_due(schedule, debt.principal)
    defaults_on = due_on + timedelta(days=settings.LOAN_DEFAULT_DAYS + 1)
    return debt.accrue(min(day, max(defaults_on, debt.accrued_on)))


def owed_at(terms: Terms, payments: Sequence[Paid], moment: datetime) -> int:
    """Return what would have paid the loan off, 0 before its grant and after its end."""
    if moment <= terms.granted_at or (terms.ended_at and terms.ended_at < moment):
        return 0
    schedule = terms.schedule
    moments = _walk(terms, [paid for paid in payments if paid.at < moment], schedule)
    return _accrue(moments[-1].debt, day_of(moment), schedule).closing


def judge(loans: Sequence[tuple[Terms, Sequence[Paid]]], day: date) -> History:
    """Return how somebody repaid, as of a date.

    An instalment is on time when the principal planned for it was back by its due date; it counts
    as soon as it is paid. It is late for each day after that until it was paid, or the loan ended,
    and forgotten 720 days after its due date unless it is owed still. One of less than 10 yuan is
    neither.
    """
    on_time: dict[str, list[int]] = {}
    late: list[int] = []
    overdue = 0
    for terms, payments in loans:
        schedule = terms.schedule
        moments = _walk(terms, payments, schedule)
        for instalment in schedule:
            if instalment.principal < LEAST_INSTALMENT:
                continue
            paid_on = _met_on(instalment, moments)
            if paid_on is not None and paid_on <= instalment.due_on:
                on_time.setdefault(str(terms.lender_id), []).append(instalment.principal)
                continue
            ended = paid_on or terms.ended_on
            days = ((ended or day) - instalment.due_on).days
            if days > 0 and (ended is None or (day - instalment.due_on).days <= LATE_KEPT_DAYS):
                late.append(days)
                overdue += ended is None
    # The largest of each lender, so that one more never makes it less.
    repaid = sum(sum(sorted(paid)[-ON_TIME_PER_LENDER:]) for paid in on_time.values())
    counts = {lender: len(paid) for lender, paid in on_time.items()}
    return History(counts, tuple(sorted(late)), overdue, repaid)


def _met_on(instalment: Instalment, moments: list[_Moment]) -> date | None:
    return next((one.on for one in moments if one.debt.principal <= instalment.left), None)
