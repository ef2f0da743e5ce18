"""Reading disputes."""

from uuid import UUID

from django.db.models import Q, QuerySet

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


def list_steps(*, dispute_id: UUID) -> list[Step]:
    """Return every step of a dispute, in order."""
    return list(Step.objects.filter(dispute_id=dispute_id).order_by("id"))


def list_own(*, person_id: UUID, before: UUID | None, limit: int) -> tuple[list[Dispute], bool]:
    """Return a page of the disputes that the person opened, newest first."""
    return _page(Dispute.objects.filter(payer_id=person_id), before, limit)


def find_disputes(
    *, status: str | None, text: str, before: UUID | None, limit: int
) -> tuple[list[Dispute], bool]:
    """Return a page of disputes, newest first: of a status, and of a receipt's number or a
    username.
    """
    rows = Dispute.objects.all()
    if status:
        rows = rows.filter(status=status)
    if text:
        payment = find_payment(receipt=text)
        if payment:
            rows = rows.filter(payment_id=payment.id)
        else:
            person = find_by_username(username=text.strip().removeprefix("@"))
            rows = rows.filter(Q(payer=person) | Q(payee=person)) if person else rows.none()
    return _page(rows, before, limit)


def _page(rows: QuerySet[Dispute], before: UUID | None, limit: int) -> tuple[list[Dispute], bool]:
    if before:
        rows = rows.filter(id__lt=before)
    page = list(rows.order_by("-id")[: limit + 1])
    return page[:limit], len(page) > limit
