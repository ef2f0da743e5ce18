"""Wire commands of the staff about disputes; others are refused."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from commands.errors import Forbidden
from commands.frames import Amount, Command, Id, PageSize, Result, Text
from commands.registry import Caller, handles
from graph.people.selectors import require_role
from wallet.disputes import selectors, services
from wallet.disputes.commands import FAMILY, DisputeShown, Reason, StepShown
from wallet.disputes.errors import DisputeNotFound, SomebodyElse, WrongStep
from wallet.disputes.models import Dispute
from wallet.ledger.errors import AmountInvalid, InsufficientFunds


class FindDisputes(Command):
    type: Literal["dispute.find"]
    status: Literal["open", "proposed", "reversed", "rejected"] | None = None
    text: Annotated[Text, Field(max_length=64, description="A receipt's number or a username.")] = (
        ""
    )
    before: Id | None = None
    limit: PageSize = 50


class ReviewDispute(Command):
    type: Literal["dispute.review"]
    dispute: Id


class FreezeDispute(Command):
    type: Literal["dispute.freeze"]
    dispute: Id
    reason: Reason


class ReleaseDispute(Command):
    type: Literal["dispute.release"]
    dispute: Id
    reason: Reason


class ProposeOutcome(Command):
    type: Literal["dispute.propose"]
    dispute: Id
    outcome: services.Outcome
    amount: Annotated[
        Amount | None, Field(description="Exactly this; without it as much as there is.")
    ] = None
    reason: Reason


class ConfirmOutcome(Command):
    type: Literal["dispute.confirm"]
    dispute: Id
    reason: Reason


class RefuseOutcome(Command):
    type: Literal["dispute.refuse"]
    dispute: Id
    reason: Reason


class DisputeFile(DisputeShown):
    """A dispute as the staff sees it, with every step in it."""

    proposed_by: Id | None
    proposed_outcome: str
    proposed_amount: int | None
    steps: list[StepShown]


class OneFile(Result):
    dispute: DisputeFile


class FoundDisputes(Result):
    disputes: list[DisputeFile]
    more: bool


REFUSALS = [Forbidden, DisputeNotFound, SomebodyElse, WrongStep]


def _show(dispute: Dispute) -> DisputeFile:
    steps = selectors.list_steps(dispute_id=dispute.id)
    shown = dict(DisputeShown.of(dispute)) | {"status": str(dispute.status)}
    return DisputeFile(
        **shown, proposed_by=dispute.proposed_by_id, proposed_outcome=dispute.proposed_outcome,
        proposed_amount=dispute.reversal_amount, steps=[StepShown.of(step) for step in steps],
    )  # fmt: skip


def _require_staff(person_id: UUID) -> None:
    require_role(person_id=person_id, role=services.STAFF)


@handles(FindDisputes, result=FoundDisputes, family=FAMILY, reads=True, may_refuse=[Forbidden])
def find_disputes(command: FindDisputes, caller: Caller) -> FoundDisputes:
    """Find disputes, newest first, for the staff."""
    _require_staff(caller.person)
    page, more = selectors.find_disputes(
        status=command.status, text=command.text, before=command.before, limit=command.limit
    )
    return FoundDisputes(disputes=[_show(one) for one in page], more=more)


@handles(
    ReviewDispute, result=OneFile, family=FAMILY, reads=True,
    may_refuse=[Forbidden, DisputeNotFound],
)  # fmt: skip
def review_dispute(command: ReviewDispute, caller: Caller) -> OneFile:
    """Show a dispute with every step in it, for the staff."""
    _require_staff(caller.person)
    return OneFile(dispute=_show(selectors.get_dispute(dispute_id=command.dispute)))


@handles(
    FreezeDispute, result=OneFile, family=FAMILY, money=True,
    may_refuse=[*REFUSALS, InsufficientFunds],
)  # fmt: skip
def freeze_dispute(command: FreezeDispute, caller: Caller) -> OneFile:
    """Keep the disputed money, or as much as there is, where it went, for the staff."""
    dispute = services.freeze(
        dispute_id=command.dispute, person_id=caller.person, reason=command.reason, at=caller.at
    )
    return OneFile(dispute=_show(dispute))


@handles(ReleaseDispute, result=OneFile, family=FAMILY, money=True, may_refuse=REFUSALS)
def release_dispute(command: ReleaseDispute, caller: Caller) -> OneFile:
    """Let go what was frozen for a dispute, for the staff."""
    dispute = services.release(
        dispute_id=command.dispute, person_id=caller.person, reason=command.reason, at=caller.at
    )
    return OneFile(dispute=_show(dispute))


@handles(
    ProposeOutcome, result=OneFile, family=FAMILY, money=True,
    may_refuse=[*REFUSALS, AmountInvalid],
)  # fmt: skip
def propose_outcome(command: ProposeOutcome, caller: Caller) -> OneFile:
    """Propose to reverse a payment or to reject the dispute, for the staff; a second person has to
    confirm.
    """
    dispute = services.propose(
        dispute_id=command.dispute, person_id=caller.person, outcome=command.outcome,
        amount=command.amount, reason=command.reason, at=caller.at,
    )  # fmt: skip
    return OneFile(dispute=_show(dispute))


@handles(
    ConfirmOutcome, result=OneFile, family=FAMILY, money=True,
    may_refuse=[*REFUSALS, InsufficientFunds],
)  # fmt: skip
def confirm_outcome(command: ConfirmOutcome, caller: Caller) -> OneFile:
    """Carry out what somebody else of the staff proposed."""
    dispute = services.confirm(
        dispute_id=command.dispute, person_id=caller.person, reason=command.reason, at=caller.at
    )
    return OneFile(dispute=_show(dispute))


@handles(RefuseOutcome, result=OneFile, family=FAMILY, money=True, may_refuse=REFUSALS)
def refuse_outcome(command: RefuseOutcome, caller: Caller) -> OneFile:
    """Do not confirm what was proposed, for the staff; the dispute is open again."""
    dispute = services.refuse(
        dispute_id=command.dispute, person_id=caller.person, reason=command.reason, at=caller.at
    )
    return OneFile(dispute=_show(dispute))
