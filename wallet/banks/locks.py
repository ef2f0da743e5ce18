"""Row locks on payments."""

from uuid import UUID

from wallet.banks.models import Payment


def lock_payment(*, payment_id: UUID) -> Payment:
    """Lock the payment until the transaction ends."""
    return Payment.objects.select_for_update(no_key=True).get(id=payment_id)
