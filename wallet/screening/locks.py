"""Row locks on held payments."""

from uuid import UUID

from wallet.screening.errors import ReviewNotFound
from wallet.screening.models import Review


def lock_review(*, payment_id: UUID) -> Review:
    """Lock the review of a payment until the transaction ends. Raises ReviewNotFound.

    It comes after the payment's own row and before the accounts.
    """
    review = Review.objects.select_for_update(no_key=True).filter(payment_id=payment_id).first()
    if review is None:
        raise ReviewNotFound()
    return review
