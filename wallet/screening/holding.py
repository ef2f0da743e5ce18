"""Payments that wait for a person: held, released, returned, or out of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from commands.currencies import from_hundredths
from outbox.notices.services import Tell, notify_all
from wallet.screening.errors import ReviewClosed, ReviewNeedsSomebodyElse
from wallet.screening.locks import lock_review
from wallet.screening.models import Review, ReviewStatus, Step
from wallet.screening.selectors import access_review
from wallet.screening.services import Screened

Verdict = Literal["release", "return"]
CLOSED = {"release": ReviewStatus.RELEASED, "return": ReviewStatus.RETURNED}
TOLD = {
    ReviewStatus.HELD: "transfer.held",
    ReviewStatus.RELEASED: "transfer.released",
    ReviewStatus.RETURNED: "transfer.sent_back",
}


class Ending(Protocol):
    """A step at the end of a review, in its transaction."""

    def __call__(self, *, payment_id: UUID, at: datetime) -> None:
        """Take the step for the payment."""


@dataclass(frozen=True)
class Holder:
    """What a kind of payment does when its review ends.

    `lock` locks its row, and raises its refusal where it waits no longer; `release` lets it go on,
    `give_back` ends it. All are called in one transaction.
    """

    lock: Ending
    release: Ending
    give_back: Ending


_holders: dict[str, Holder] = {}


def put_holder(command: str, holder: Holder) -> None:
    """Say how the payments of a command go on after their review."""
    _holders[command] = holder


def hold_payments(held: Sequence[tuple[Screened, datetime]], *, at: datetime) -> None:
    """Have payments that were made as pending ones wait for a person, each until its time-out, and
    tell both sides; the decisions must be written.
    """
    if not held:
        return
    reviews = [_make(screened, expires_at) for screened, expires_at in held]
    Review.objects.bulk_create(reviews)
    Step.objects.bulk_create(
        Step(id=uuid7(), review=one, action="held", at=one.at) for one in reviews
    )
    _tell(reviews, at)


def _make(screened: Screened, expires_at: datetime) -> Review:
    payment = screened.payment
    assert payment.payee_id is not None, "What goes to nobody here cannot be held."
    return Review(
        id=uuid7(), payment_id=payment.id, command=payment.command, payer_id=payment.payer_id,
        payee_id=payment.payee_id, amount=payment.amount, currency=payment.currency,
        decision_id=screened.decision_id, at=payment.at, expires_at=expires_at,
    )  # fmt: skip


def needs_two(review: Review) -> bool:
    """Tell whether two people have to decide about a payment of this amount."""
    return review.amount > from_hundredths(settings.REVIEW_TWO_ABOVE, review.currency)


def decide(
    *, review_id: UUID, verdict: Verdict, reason: str, person_id: UUID, at: datetime
) -> Review:
    """Release a held payment or return it; above an amount the first person proposes and another
    one does it. Who proposes something else than the first replaces that.

    Raises ReviewNotFound, ReviewClosed, ReviewNeedsSomebodyElse, and what the payment's own row
    refuses with.
    """
    with transaction.atomic():
        found = access_review(review_id=review_id, person_id=person_id)
        if found.status != ReviewStatus.HELD:
            raise ReviewClosed(status=str(found.status))
        holder = _holders[found.command]
        holder.lock(payment_id=found.payment_id, at=at)
        review = lock_review(payment_id=found.payment_id)
        if review.status != ReviewStatus.HELD:
            raise ReviewClosed(status=str(review.status))
        if needs_two(review) and not _is_second(review, verdict, person_id):
            _propose(review, verdict, reason, person_id, at)
            return review
        end = holder.release if verdict == "release" else holder.give_back
        end(payment_id=review.payment_id, at=at)
        _close(review, CLOSED[verdict], reason, person_id, at)
        _tell([review], at)
    return review


def _is_second(review: Review, verdict: Verdict, person_id: UUID) -> bool:
    if review.proposed != verdict:
        return False
    if review.proposed_by_id == person_id:
        raise ReviewNeedsSomebodyElse()
    return True


def _propose(review: Review, verdict: Verdict, reason: str, by: UUID, at: datetime) -> None:
    review.proposed, review.proposed_by_id = verdict, by
    review.save(update_fields=["proposed", "proposed_by"])
    Step.objects.create(
        id=uuid7(), review=review, by_id=by, action="proposed", outcome=verdict, reason=reason,
        at=at,
    )  # fmt: skip


def _close(
    review: Review, status: ReviewStatus, reason: str, by: UUID | None, at: datetime
) -> None:
    review.status, review.closed_at = status, at
    review.save(update_fields=["status", "closed_at"])
    Step.objects.create(
        id=uuid7(), review=review, by_id=by, action=str(status), reason=reason, at=at
    )


def run_out(*, payment_id: UUID, at: datetime) -> None:
    """Close the review of a payment whose time has run out; its row is locked by the caller, who
    tells both sides.
    """
    review = lock_review(payment_id=payment_id)
    if review.status == ReviewStatus.HELD:
        _close(review, ReviewStatus.EXPIRED, "", None, at)


def _tell(reviews: Sequence[Review], at: datetime) -> None:
    notify_all(
        (
            Tell(owner, TOLD[ReviewStatus(one.status)], about=other, ref=one.payment_id)
            for one in reviews
            for owner, other in ((one.payer_id, one.payee_id), (one.payee_id, one.payer_id))
        ),
        at=at,
    )
