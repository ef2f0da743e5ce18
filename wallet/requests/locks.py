"""Row locks on payment requests."""

from uuid import UUID

from wallet.requests.errors import PaymentRequestNotFound
from wallet.requests.models import PaymentRequest


def lock_request(*, request_id: UUID) -> PaymentRequest:
    """Lock the payment request until the transaction ends. Raises PaymentRequestNotFound."""
    rows = PaymentRequest.objects.select_for_update(no_key=True)
    request = rows.filter(id=request_id).first()
    if request is None:
        raise PaymentRequestNotFound()
    return request
