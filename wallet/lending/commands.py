"""Wire commands about loans that need no room; `loan.ask` is in chat/cards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from commands.errors import Busy
from commands.frames import Amount, Command, Day, Id, Moment, Result
from commands.registry import Caller, handles
from graph.limits.selectors import find_flow
from outbox.after_commit import run_after_commit
from wallet.days import day_of
from wallet.frames import SettledMoneyCommand, require_currency
from wallet.ledger.errors import AmountInvalid, Frozen, InsufficientFunds, LimitExceeded
from wallet.lending import repayment, selectors, services
from wallet.lending.errors import LoanNotFound, NotOpen, OverLimit, OwnCap
from wallet.lending.gating import COMMAND, Proposed, propose
from wallet.lending.models import Loan
from wallet.lending.selectors import Reserved
from wallet.screening.errors import Denied
from wallet.screening.judges import Early
from wallet.screening.payments import Payment

FAMILY = "Loans between friends"


class GrantLoan(SettledMoneyCommand):
    type: Literal["loan.grant"]
    loan: Id


class RefuseLoan(Command):
    type: Literal["loan.refuse"]
    loan: Id


class WithdrawLoan(Command):
    type: Literal["loan.withdraw"]
    loan: Id


class RepayLoan(SettledMoneyCommand):
    type: Literal["loan.repay"]
    loan: Id
    amount: Amount


class GetLoan(Command):
    type: Literal["loan.get"]
    loan: Id


class ListLoans(Command):
    type: Literal["loan.list"]
    role: Literal["lender", "borrower", "guarantor"]


class PathShown(Result):
    """One way the trust takes: the people between, null where the reader may not know them."""

    through: list[Id | None]
    amount: int


class InstalmentShown(Result):
    due_on: Day
    amount: int
    interest: int
    principal: int


class ReservedShown(Result):
    from_: Annotated[Id, Field(serialization_alias="from")]
    to: Id
    amount: int


class LoanShown(Result):
    """A loan: `principal` and `interest` are what is owed today, `repaid` is what was paid so
    far, `interest_a_day_micro` what a day adds now, in millionths of a minor unit.
    `extended_days` are those that the lender gave more; `permitted` says that the loan was granted
    by a standing permission.
    """

    id: Id
    lender: Id
    borrower: Id
    amount: int
    currency: str
    status: str
    principal: int
    interest: int
    repaid: int
    days: int
    daily_rate_ppm: int
    installments: int
    due_on: Day | None
    schedule: list[InstalmentShown]
    reserved: list[ReservedShown]
    room: Id | None
    note: str
    at: Moment
    interest_a_day_micro: int
    extended_days: int
    permitted: bool

    @classmethod
    def of_all(cls, loans: Sequence[Loan], *, reader_id: UUID, at: datetime) -> "list[LoanShown]":
        """Show loans to somebody who may see them."""
        reserved = selectors.list_reserved(loans=loans, reader_id=reader_id)
        return [cls._of(loan, reserved[loan.id], at) for loan in loans]

    @classmethod
    def of(cls, loan: Loan, *, reader_id: UUID, at: datetime) -> "LoanShown":
        """Show a loan to somebody who may see it."""
        (shown,) = cls.of_all([loan], reader_id=reader_id, at=at)
        return shown

    @classmethod
    def _of(cls, loan: Loan, reserved: Sequence[Reserved], at: datetime) -> "LoanShown":
        debt = loan.debt_on(day_of(at))
        return cls(
            id=loan.id, lender=loan.lender_id, borrower=loan.borrower_id, amount=loan.amount,
            currency=loan.currency, status=loan.status_at(at), principal=debt.principal,
            interest=debt.rounded_interest, repaid=loan.repaid, days=loan.days,
            daily_rate_ppm=loan.daily_rate_ppm, installments=loan.instalments,
            due_on=loan.due_on, room=loan.room_id, note=loan.note, at=loan.asked_at,
            interest_a_day_micro=loan.daily_growth_on(day_of(at)),
            extended_days=loan.extended_days, permitted=loan.permitted,
            schedule=[
                InstalmentShown(
                    due_on=one.due_on, amount=one.amount, interest=one.interest,
                    principal=one.principal,
                )
                for one in loan.schedule()
            ],
            reserved=[
                ReservedShown(from_=one.giver, to=one.receiver, amount=one.amount)
                for one in reserved
            ],
        )  # fmt: skip


class OneLoan(Result):
    loan: LoanShown


class Loans(Result):
    loans: list[LoanShown]


def show_loan(loan: Loan, caller: Caller) -> OneLoan:
    """Show a loan to the caller, who may see it."""
    return OneLoan(loan=LoanShown.of(loan, reader_id=caller.person, at=caller.at))


def _propose(command: GrantLoan, caller: Caller) -> Proposed:
    # Before the transaction, because Neo4j is never asked inside one.
    loan = selectors.access_loan(loan_id=command.loan, person_id=caller.person)
    require_currency(command, lambda: loan.currency)
    payment = Payment(
        id=loan.id, command=COMMAND, payer_id=loan.lender_id, payee_id=loan.borrower_id,
        amount=loan.amount, currency=loan.currency, at=caller.at, device_id=caller.device_id,
    )  # fmt: skip
    flow = find_flow(lender_id=loan.lender_id, borrower_id=loan.borrower_id, at=caller.at)
    if caller.person != loan.lender_id:
        # Refused in a moment.
        return Proposed(flow, Early(payment))
    return propose(payment=payment, flow=flow)


@handles(
    GrantLoan, result=OneLoan, family=FAMILY, money=True, tier="real_name", prepare=_propose,
    abandon=Proposed.withdraw,
    may_refuse=[
        LoanNotFound, NotOpen, OverLimit, OwnCap, InsufficientFunds, Frozen, Busy,
        AmountInvalid, LimitExceeded, Denied,
    ],
)  # fmt: skip
def grant_loan(command: GrantLoan, caller: Caller, proposed: Proposed) -> OneLoan:
    """Lend what somebody asked you for; the limit is computed again at this moment."""
    loan = services.grant(
        loan_id=command.loan, person_id=caller.person, flow=proposed.flow, at=caller.at,
        proposed=proposed,
    )  # fmt: skip
    run_after_commit(proposed.early.confirm)
    return show_loan(loan, caller)


@handles(RefuseLoan, result=OneLoan, family=FAMILY, may_refuse=[LoanNotFound, NotOpen])
def refuse_loan(command: RefuseLoan, caller: Caller) -> OneLoan:
    """Say no to somebody who asked you for a loan."""
    loan = services.refuse(loan_id=command.loan, person_id=caller.person, at=caller.at)
    return show_loan(loan, caller)


@handles(WithdrawLoan, result=OneLoan, family=FAMILY, may_refuse=[LoanNotFound, NotOpen])
def withdraw_loan(command: WithdrawLoan, caller: Caller) -> OneLoan:
    """Take back your ask for a loan."""
    loan = services.withdraw(loan_id=command.loan, person_id=caller.person, at=caller.at)
    return show_loan(loan, caller)


@handles(
    RepayLoan, result=OneLoan, family=FAMILY, money=True,
    may_refuse=[
        LoanNotFound, NotOpen, InsufficientFunds, Frozen, AmountInvalid, LimitExceeded, Denied,
    ],
)  # fmt: skip
def repay_loan(command: RepayLoan, caller: Caller) -> OneLoan:
    """Repay some or all of a loan; offering more than you owe takes what you owe."""
    own = {"loan_id": command.loan, "person_id": caller.person}
    require_currency(command, lambda: selectors.access_loan(**own).currency)
    loan = repayment.repay(**own, amount=command.amount, at=caller.at, device_id=caller.device_id)
    return show_loan(loan, caller)


@handles(GetLoan, result=OneLoan, family=FAMILY, reads=True, may_refuse=[LoanNotFound])
def get_loan(command: GetLoan, caller: Caller) -> OneLoan:
    """Show a loan: what is owed, the schedule, and the trust it uses as far as that is yours to
    see.
    """
    loan = selectors.access_loan(loan_id=command.loan, person_id=caller.person)
    return show_loan(loan, caller)


@handles(ListLoans, result=Loans, family=FAMILY, reads=True)
def list_loans(command: ListLoans, caller: Caller) -> Loans:
    """List the loans in which you are lender, borrower or guarantor, newest first."""
    loans = selectors.list_loans(person_id=caller.person, role=command.role)
    return Loans(loans=LoanShown.of_all(loans, reader_id=caller.person, at=caller.at))
