"""Wire commands of the two people a dispute is between."""

from typing import Annotated, Literal

from pydantic import Field

from commands.frames import Command, Id, Moment, PageSize, Result, Text
from commands.registry import Caller, handles
from wallet.accounts.numbers import number_of
from wallet.disputes import selectors, services
from wallet.disputes.errors import DisputeExists, DisputeNotFound, NotDisputable
from wallet.disputes.models import Dispute, Step
from wallet.receipts.commands import Number
from wallet.receipts.errors import ReceiptNotFound

FAMILY = "Disputes"
Reason = Annotated[Text, Field(min_length=1, max_length=1000)]


class OpenDispute(Command):
    type: Literal["dispute.open"]
    receipt: Number
    reason: Reason


class GetDispute(Command):
    type: Literal["dispute.get"]
    dispute: Id


class ListDisputes(Command):
    type: Literal["dispute.list"]
    before: Id | None = None
    limit: PageSize = 50


class DisputeShown(Result):
    """A dispute as its two sides see it; `reversal` is the number of the receipt of what came
    back.
    """

    id: Id
    receipt: str
    payer: Id
    payee: Id
    amount: int
    currency: str
    reason: str
    status: str
    frozen: int
    reversal: str | None
    at: Moment
    closed_at: Moment | None

    @classmethod
    def of(cls, dispute: Dispute) -> "DisputeShown":
        """Show a dispute. Whether the staff has proposed something is its own matter."""
        is_proposed = dispute.status == "proposed"
        return cls(
            id=dispute.id, receipt=number_of(dispute.payment_id), payer=dispute.payer_id,
            payee=dispute.payee_id, amount=dispute.amount, currency=dispute.currency,
            reason=dispute.reason, status="open" if is_proposed else str(dispute.status),
            frozen=dispute.held_amount,
            reversal=number_of(dispute.reversal_id) if dispute.reversal_id else None,
            at=dispute.at, closed_at=dispute.closed_at,
        )  # fmt: skip


class StepShown(Result):
    by: Id
    action: str
    outcome: str
    amount: int | None
    reason: str
    at: Moment

    @classmethod
    def of(cls, step: Step) -> "StepShown":
        """Show a step to the staff."""
        return cls(
            by=step.by_id, action=step.action, outcome=step.outcome, amount=step.amount,
            reason=step.reason, at=step.at,
        )  # fmt: skip


class OneDispute(Result):
    dispute: DisputeShown


class Disputes(Result):
    disputes: list[DisputeShown]
    more: bool


@handles(
    OpenDispute, result=OneDispute, family=FAMILY, money=True,
    may_refuse=[ReceiptNotFound, NotDisputable, DisputeExists],
)  # fmt: skip
def open_dispute(command: OpenDispute, caller: Caller) -> OneDispute:
    """Ask for a payment back that you made; the staff looks into it."""
    dispute = services.open_dispute(
        receipt=command.receipt, person_id=caller.person, reason=command.reason, at=caller.at
    )
    return OneDispute(dispute=DisputeShown.of(dispute))


@handles(GetDispute, result=OneDispute, family=FAMILY, reads=True, may_refuse=[DisputeNotFound])
def get_dispute(command: GetDispute, caller: Caller) -> OneDispute:
    """Show a dispute about money that you paid or got."""
    dispute = selectors.access_dispute(dispute_id=command.dispute, person_id=caller.person)
    return OneDispute(dispute=DisputeShown.of(dispute))


@handles(ListDisputes, result=Disputes, family=FAMILY, reads=True)
def list_disputes(command: ListDisputes, caller: Caller) -> Disputes:
    """List the disputes that you opened, newest first."""
    page, more = selectors.list_own(
        person_id=caller.person, before=command.before, limit=command.limit
    )
    return Disputes(disputes=[DisputeShown.of(one) for one in page], more=more)
