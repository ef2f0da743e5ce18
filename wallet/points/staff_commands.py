"""Wire commands of the staff: the switch that takes scores out of use."""

from typing import Annotated, Literal

from pydantic import Field

from commands.errors import Forbidden
from commands.frames import Command, Id, Moment, Result, Text
from commands.registry import Caller, handles
from graph.people.selectors import require_role
from wallet.points import withdrawing
from wallet.points.errors import NotWithdrawn, UnknownCohort
from wallet.points.models import Withdrawal

FAMILY = "Pay Points"
CohortName = Annotated[
    Text,
    Field(
        min_length=1, max_length=40,
        description="`all`, `joined:YYYY-MM`, `month:YYYY-MM`, `tier:NAME` or `formula:N`.",
    ),
]  # fmt: skip
Reason = Annotated[Text, Field(min_length=1, max_length=200)]


class WithdrawPoints(Command):
    type: Literal["points.withdraw"]
    cohort: CohortName
    reason: Reason


class RestorePoints(Command):
    type: Literal["points.restore"]
    cohort: CohortName
    reason: Reason


class ListWithdrawals(Command):
    type: Literal["points.withdrawals"]


class WithdrawalShown(Result):
    """`by` is null where it was done on the command line of the service."""

    cohort: str
    reason: str
    by: Id | None
    at: Moment
    ended_reason: str
    ended_by: Id | None
    ended_at: Moment | None

    @classmethod
    def of(cls, withdrawal: Withdrawal) -> "WithdrawalShown":
        """Show a withdrawal to the staff."""
        return cls(
            cohort=str(withdrawing.Cohort(withdrawal.kind, withdrawal.value)),
            reason=withdrawal.reason, by=withdrawal.by_id, at=withdrawal.at,
            ended_reason=withdrawal.ended_reason, ended_by=withdrawal.ended_by_id,
            ended_at=withdrawal.ended_at,
        )  # fmt: skip


class OneWithdrawal(Result):
    withdrawal: WithdrawalShown


class Withdrawals(Result):
    withdrawals: list[WithdrawalShown]


@handles(
    WithdrawPoints, result=OneWithdrawal, family=FAMILY, may_refuse=[Forbidden, UnknownCohort]
)  # fmt: skip
def withdraw_points(command: WithdrawPoints, caller: Caller) -> OneWithdrawal:
    """Have the scores of a cohort neither used nor shown, as the staff; payments go on."""
    require_role(person_id=caller.person, role=withdrawing.STAFF)
    done = withdrawing.withdraw(
        cohort=command.cohort, reason=command.reason, by=caller.person, at=caller.at
    )
    return OneWithdrawal(withdrawal=WithdrawalShown.of(done))


@handles(
    RestorePoints, result=OneWithdrawal, family=FAMILY,
    may_refuse=[Forbidden, UnknownCohort, NotWithdrawn],
)  # fmt: skip
def restore_points(command: RestorePoints, caller: Caller) -> OneWithdrawal:
    """Have the scores of a cohort used and shown again, as the staff."""
    require_role(person_id=caller.person, role=withdrawing.STAFF)
    done = withdrawing.restore(
        cohort=command.cohort, reason=command.reason, by=caller.person, at=caller.at
    )
    return OneWithdrawal(withdrawal=WithdrawalShown.of(done))


@handles(ListWithdrawals, result=Withdrawals, family=FAMILY, reads=True, may_refuse=[Forbidden])
def list_withdrawals(command: ListWithdrawals, caller: Caller) -> Withdrawals:
    """List which cohorts were withdrawn, by whom and why, and how that ended, as the staff."""
    require_role(person_id=caller.person, role=withdrawing.STAFF)
    return Withdrawals(
        withdrawals=[WithdrawalShown.of(one) for one in withdrawing.list_withdrawals()]
    )
