"""Reading disputes."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from commands.pages import newest_first
from graph.people.selectors import find_by_username
from wallet.disputes.errors import DisputeNotFound
from wallet.disputes.models import Dispute, Step
from wallet.receipts.selectors import find_payment


def access_dispute(*, dispute_id: UUID, person_id: UUID) -> Dispute:
    """Return a dispute that the person opened, or that is about money paid to them. Raises
    DisputeNotFound.
    """
    dispute = get_dispute(dispute_id=dispute_id)
    if person_id not in (dispute.payer_id, dispute.payee_id):
        raise DisputeNotFound()
    return dispute


def get_dispute(*, dispute_id: UUID) -> Dispute:
    """Return the dispute. Raises DisputeNotFound."""
    dispute = Dispute.objects.filter(id=dispute_id).first()
    if dispute is None:
        raise DisputeNotFound()
    return dispute


def list_steps(*, dispute_ids: Iterable[UUID]) -> dict[UUID, list[Step]]:
    """Return by dispute every step in it, in order."""
    steps: dict[UUID, list[Step]] = {dispute_id: [] for dispute_id in dispute_ids}
    for step in Step.objects.filter(dispute_id__in=list(steps)).order_by("id"):
        steps[step.dispute_id].append(step)
    return steps


def list_own(*, person_id: UUID, before: UUID | None, limit: int) -> tuple[list[Dispute], bool]:
    """Return a page of the disputes that the person opened, newest first."""
    rows = Dispute.objects.filter(payer_id=person_id)
    return newest_first(rows, before=before, limit=limit)


def find_disputes(
    *, status: str | None, text: str, before: UUID | None, limit: int, reader: UUID | None = None
) -> tuple[list[Dispute], bool]:
    """Return a page of disputes, newest first: of a status, and of a receipt's number or a
    username; without those that the reader is a side of.
    """
    rows = Dispute.objects.all()
    if reader:
        rows = rows.exclude(Q(payer_id=reader) | Q(payee_id=reader))
    if status:
        rows = rows.filter(status=status)
    if text:
        payment = find_payment(receipt=text)
        if payment:
            rows = rows.filter(payment_id=payment.id)
        else:
            person = find_by_username(username=text.strip().removeprefix("@"))
            rows = rows.filter(Q(payer=person) | Q(payee=person)) if person else rows.none()
    return newest_first(rows, before=before, limit=limit)
