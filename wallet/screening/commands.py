"""Wire commands about held payments; only for people with the role `risk`."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from commands.errors import Forbidden
from commands.frames import Command, Id, Moment, PageSize, Result, Text
from commands.registry import Caller, handles
from graph.people.selectors import require_role
from graph.risk.commands import FAMILY, RISK
from graph.risk.services import record_look
from wallet.ledger.errors import NotPending
from wallet.screening import holding, selectors
from wallet.screening.errors import ReviewClosed, ReviewNeedsSomebodyElse, ReviewNotFound
from wallet.screening.models import Review, Step

Reason = Annotated[Text, Field(min_length=1, max_length=2000)]
Status = Literal["held", "released", "returned", "expired"]


class ListReviews(Command):
    type: Literal["review.list"]
    status: Status | None = None
    before: Id | None = None
    limit: PageSize = 50


class GetReview(Command):
    type: Literal["review.get"]
    review: Annotated[Id, Field(description="The id of the review, or of its transfer.")]


class ReleaseReview(Command):
    type: Literal["review.release"]
    review: Annotated[Id, Field(description="The id of the review, or of its transfer.")]
    reason: Reason


class ReturnReview(Command):
    type: Literal["review.return"]
    review: Annotated[Id, Field(description="The id of the review, or of its transfer.")]
    reason: Reason


class FiredRule(Result):
    """A rule or gate that fired, and by what it judged."""

    rule: str
    version: int
    outcome: str
    inputs: dict[str, Any]


class ReviewStepShown(Result):
    """What somebody did; `by` is null for the time-out and for the payment itself."""

    by: Id | None
    at: Moment
    action: str
    outcome: str | None
    reason: str

    @classmethod
    def of(cls, step: Step) -> "ReviewStepShown":
        """Show a step."""
        return cls(
            by=step.by_id, at=step.at, action=step.action, outcome=step.outcome or None,
            reason=step.reason,
        )  # fmt: skip


class ReviewShown(Result):
    """A held payment. Where it `needs_two` people, `proposed` is what the first one wants."""

    id: Id
    transfer: Id
    from_: Annotated[Id, Field(serialization_alias="from")]
    to: Id
    amount: int
    currency: str
    status: str
    rules: list[FiredRule]
    needs_two: bool
    proposed: str | None
    proposed_by: Id | None
    at: Moment
    expires_at: Moment
    closed_at: Moment | None
    history: list[ReviewStepShown]

    @classmethod
    def of_all(cls, reviews: Sequence[Review]) -> "list[ReviewShown]":
        """Show held payments with their history."""
        steps = selectors.list_steps(reviews=reviews)
        return [cls._of(one, steps[one.id]) for one in reviews]

    @classmethod
    def _of(cls, review: Review, steps: Sequence[Step]) -> "ReviewShown":
        return cls(
            id=review.id, transfer=review.payment_id, from_=review.payer_id, to=review.payee_id,
            amount=review.amount, currency=review.currency, status=review.status,
            rules=[FiredRule(**finding) for finding in review.decision.findings],
            needs_two=holding.needs_two(review), proposed=review.proposed or None,
            proposed_by=review.proposed_by_id, at=review.at, expires_at=review.expires_at,
            closed_at=review.closed_at, history=[ReviewStepShown.of(step) for step in steps],
        )  # fmt: skip


class OneReview(Result):
    review: ReviewShown


class Reviews(Result):
    reviews: list[ReviewShown]
    more: bool


REFUSALS = [Forbidden, ReviewNotFound, ReviewNeedsSomebodyElse]


def _show(review_id: UUID, caller: Caller) -> OneReview:
    review = selectors.access_review(review_id=review_id, person_id=caller.person)
    (shown,) = ReviewShown.of_all([review])
    return OneReview(review=shown)


@handles(ListReviews, result=Reviews, family=FAMILY, reads=True, may_refuse=[Forbidden])
def list_reviews(command: ListReviews, caller: Caller) -> Reviews:
    """List the payments that wait for a decision, or did, newest first, with the rules that fired;
    needs the role `risk`.
    """
    require_role(person_id=caller.person, role=RISK)
    page, more = selectors.list_reviews(
        reader=caller.person, status=command.status, before=command.before, limit=command.limit
    )
    asked = command.model_dump(mode="json", exclude={"type"}, exclude_none=True)
    people = {str(side) for one in page for side in (one.payer_id, one.payee_id)}
    record_look(
        person_id=caller.person, question="review.list",
        parameters=asked | {"people": sorted(people)}, at=caller.at,
    )  # fmt: skip
    return Reviews(reviews=ReviewShown.of_all(page), more=more)


@handles(GetReview, result=OneReview, family=FAMILY, reads=True, may_refuse=REFUSALS)
def get_review(command: GetReview, caller: Caller) -> OneReview:
    """Show a held payment with the rules that fired and its history; needs the role `risk`."""
    require_role(person_id=caller.person, role=RISK)
    shown = _show(command.review, caller)
    record_look(
        person_id=caller.person, question="review.get",
        parameters={"review": str(shown.review.id), "from": str(shown.review.from_),
                    "to": str(shown.review.to)},
        at=caller.at,
    )  # fmt: skip
    return shown


def _decide(
    command: ReleaseReview | ReturnReview, verdict: holding.Verdict, caller: Caller
) -> OneReview:
    require_role(person_id=caller.person, role=RISK)
    review = holding.decide(
        review_id=command.review, verdict=verdict, reason=command.reason,
        person_id=caller.person, at=caller.at,
    )  # fmt: skip
    return _show(review.id, caller)


@handles(
    ReleaseReview, result=OneReview, family=FAMILY, may_refuse=[*REFUSALS, ReviewClosed, NotPending]
)
def release_review(command: ReleaseReview, caller: Caller) -> OneReview:
    """Let a held payment go on, so that its receiver may take it; above an amount a second person
    has to say the same. Needs the role `risk`, and somebody who is no side of it.
    """
    return _decide(command, "release", caller)


@handles(
    ReturnReview, result=OneReview, family=FAMILY, may_refuse=[*REFUSALS, ReviewClosed, NotPending]
)
def return_review(command: ReturnReview, caller: Caller) -> OneReview:
    """Give a held payment back to who made it; above an amount a second person has to say the same.
    Needs the role `risk`, and somebody who is no side of it.
    """
    return _decide(command, "return", caller)
