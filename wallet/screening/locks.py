"""Row locks on held payments."""

from uuid import UUID

from django.db import connection

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


def lock_switches() -> None:
    """Let nobody else switch rules until the transaction ends; others go on reading them."""
    # Their numbers then become visible in order, so the highest one names all that are there.
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE screening_switch IN SHARE ROW EXCLUSIVE MODE")
