"""Wire commands of the staff about disputes; others are refused."""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from commands.errors import Forbidden
from commands.frames import Amount, Command, Id, PageSize, Result, Text
from commands.registry import Caller, handles
from graph.people.selectors import require_role
from wallet.disputes import selectors, services
from wallet.disputes.commands import FAMILY, DisputeShown, Reason, StepShown
from wallet.disputes.errors import DisputeNotFound, PayerClosed, SomebodyElse, WrongStep
from wallet.disputes.models import Dispute, Step
from wallet.ledger.errors import AlreadyReversed, AmountInvalid, InsufficientFunds


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


class StaffStep(Command):
    """A step that a dispute and a reason are all it takes to say."""

    dispute: Id
    reason: Reason


class FreezeDispute(StaffStep):
    type: Literal["dispute.freeze"]


class ReleaseDispute(StaffStep):
    type: Literal["dispute.release"]


class ProposeOutcome(Command):
    type: Literal["dispute.propose"]
    dispute: Id
    outcome: services.Outcome
    amount: Annotated[
        Amount | None, Field(description="Exactly this; without it as much as there is.")
    ] = None
    reason: Reason


class ConfirmOutcome(StaffStep):
    type: Literal["dispute.confirm"]


class RefuseOutcome(StaffStep):
    type: Literal["dispute.refuse"]


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
    (shown,) = _show_all([dispute])
    return shown


def _show_all(disputes: Sequence[Dispute]) -> list[DisputeFile]:
    steps = selectors.list_steps(dispute_ids=(dispute.id for dispute in disputes))
    return [_with_steps(dispute, steps[dispute.id]) for dispute in disputes]


def _with_steps(dispute: Dispute, steps: Sequence[Step]) -> DisputeFile:
    shown = dict(DisputeShown.of(dispute)) | {"status": str(dispute.status)}
    return DisputeFile(
        **shown, proposed_by=dispute.proposed_by_id, proposed_outcome=dispute.proposed_outcome,
        proposed_amount=dispute.reversal_amount, steps=[StepShown.of(step) for step in steps],
    )  # fmt: skip


def _take(step: Callable[..., Dispute], command: StaffStep, caller: Caller) -> OneFile:
    dispute = step(
        dispute_id=command.dispute, person_id=caller.person, reason=command.reason, at=caller.at
    )
    return OneFile(dispute=_show(dispute))


def _require_staff(person_id: UUID) -> None:
    require_role(person_id=person_id, role=services.STAFF)


@handles(FindDisputes, result=FoundDisputes, family=FAMILY, reads=True, may_refuse=[Forbidden])
def find_disputes(command: FindDisputes, caller: Caller) -> FoundDisputes:
    """Find disputes, newest first, for the staff."""
    _require_staff(caller.person)
    page, more = selectors.find_disputes(
        status=command.status, text=command.text, before=command.before, limit=command.limit,
        # Who is a side of one sees it as the other side does, with `dispute.get`.
        reader=caller.person,
    )  # fmt: skip
    return FoundDisputes(disputes=_show_all(page), more=more)


@handles(
    ReviewDispute, result=OneFile, family=FAMILY, reads=True,
    may_refuse=[Forbidden, DisputeNotFound, SomebodyElse],
)  # fmt: skip
def review_dispute(command: ReviewDispute, caller: Caller) -> OneFile:
    """Show a dispute with every step in it, for the staff."""
    _require_staff(caller.person)
    dispute = selectors.get_dispute(dispute_id=command.dispute)
    if caller.person in (dispute.payer_id, dispute.payee_id):
        raise SomebodyElse()
    return OneFile(dispute=_show(dispute))


@handles(
    FreezeDispute, result=OneFile, family=FAMILY, money=True,
    may_refuse=[*REFUSALS, InsufficientFunds],
)  # fmt: skip
def freeze_dispute(command: FreezeDispute, caller: Caller) -> OneFile:
    """Keep the disputed money, or as much as there is, where it went, for the staff."""
    return _take(services.freeze, command, caller)


@handles(ReleaseDispute, result=OneFile, family=FAMILY, money=True, may_refuse=REFUSALS)
def release_dispute(command: ReleaseDispute, caller: Caller) -> OneFile:
    """Let go what was frozen for a dispute, for the staff."""
    return _take(services.release, command, caller)


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
    may_refuse=[*REFUSALS, InsufficientFunds, PayerClosed, AlreadyReversed],
)  # fmt: skip
def confirm_outcome(command: ConfirmOutcome, caller: Caller) -> OneFile:
    """Carry out what somebody else of the staff proposed."""
    return _take(services.confirm, command, caller)


@handles(RefuseOutcome, result=OneFile, family=FAMILY, money=True, may_refuse=REFUSALS)
def refuse_outcome(command: RefuseOutcome, caller: Caller) -> OneFile:
    """Do not confirm what was proposed, for the staff; the dispute is open again."""
    return _take(services.refuse, command, caller)
