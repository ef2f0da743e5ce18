"""Wire commands with which a lender gives more time or lets a loan go, and a loan's statement."""

from typing import Annotated, Literal

from pydantic import Field

from commands.frames import Command, Day, Download, Id, Moment, Result
from commands.registry import Caller, handles
from wallet.days import day_of
from wallet.lending import lenience, selectors
from wallet.lending.commands import FAMILY, LoanShown, OneLoan, show_loan
from wallet.lending.errors import LoanNotFound, NotOpen, TooLong
from wallet.lending.events import list_events
from wallet.lending.models import Loan
from wallet.lending.statement import Line, make_statement, write_csv


class ExtendLoan(Command):
    type: Literal["loan.extend"]
    loan: Id
    days: Annotated[int, Field(ge=1, le=365)]


class ForgiveLoan(Command):
    type: Literal["loan.forgive"]
    loan: Id


class GetLoanStatement(Command):
    type: Literal["loan.statement"]
    loan: Id


class ExportLoan(Command):
    type: Literal["loan.export"]
    loan: Id


class StatementLine(Result):
    """A line of a statement, and what was owed after it: granted, interest, repaid, extended,
    forgiven, defaulted, or carried (how a loan stood when statements began). `interest` lines
    stand for `days` dates up to and with `day`; `_micro` is in millionths of a minor unit.
    """

    kind: str
    day: Day
    at: Moment | None
    by: Id | None
    amount: int
    interest: int
    principal: int
    days: int
    interest_a_day_micro: int
    interest_micro: int
    principal_left: int
    interest_left_micro: int
    owed: int

    @classmethod
    def of(cls, line: Line) -> "StatementLine":
        """Show a line."""
        return cls(
            kind=line.kind, day=line.day, at=line.at, by=line.by, amount=line.amount,
            interest=line.interest, principal=line.principal, days=line.days,
            interest_a_day_micro=line.interest_a_day_micro, interest_micro=line.interest_micro,
            principal_left=line.debt.principal, interest_left_micro=line.debt.interest_micro,
            owed=line.debt.closing,
        )  # fmt: skip


class LoanStatement(Result):
    loan: LoanShown
    lines: list[StatementLine]


@handles(
    ExtendLoan, result=OneLoan, family=FAMILY, money=True,
    may_refuse=[LoanNotFound, NotOpen, TooLong],
)  # fmt: skip
def extend_loan(command: ExtendLoan, caller: Caller) -> OneLoan:
    """Give who borrowed from you more days: whatever is not met yet is due so much later, at the
    same rate.
    """
    loan = lenience.extend(
        loan_id=command.loan, person_id=caller.person, days=command.days, at=caller.at
    )
    return show_loan(loan, caller)


@handles(ForgiveLoan, result=OneLoan, family=FAMILY, money=True, may_refuse=[LoanNotFound, NotOpen])
def forgive_loan(command: ForgiveLoan, caller: Caller) -> OneLoan:
    """Let who borrowed from you owe nothing more of a loan; for good, and no money moves."""
    loan = lenience.forgive(loan_id=command.loan, person_id=caller.person, at=caller.at)
    return show_loan(loan, caller)


def _lines(loan: Loan, caller: Caller) -> list[Line]:
    events = list_events(loan_id=loan.id)
    return make_statement(loan=loan, events=events, today=day_of(caller.at))


@handles(
    GetLoanStatement, result=LoanStatement, family=FAMILY, reads=True, may_refuse=[LoanNotFound]
)
def get_statement(command: GetLoanStatement, caller: Caller) -> LoanStatement:
    """Show what happened to a loan, what interest each day added, and what was owed after each."""
    loan = selectors.access_loan(loan_id=command.loan, person_id=caller.person)
    return LoanStatement(
        loan=LoanShown.of(loan, reader_id=caller.person, at=caller.at),
        lines=[StatementLine.of(line) for line in _lines(loan, caller)],
    )


@handles(
    ExportLoan, result=Download, family=FAMILY, reads=True, http_only=True, raw="text/csv",
    may_refuse=[LoanNotFound],
)  # fmt: skip
def export_loan(command: ExportLoan, caller: Caller) -> Download:
    """Download a loan's statement as CSV, interest with a line for each date."""
    loan = selectors.access_loan(loan_id=command.loan, person_id=caller.person)
    table = write_csv(_lines(loan, caller))
    return Download(name="loan.export.csv", chunks=[table.encode()])
