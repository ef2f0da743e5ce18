"""Reading payment requests."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from commands.frames import show_moment
from commands.pages import newest_first
from wallet.requests.errors import PaymentRequestNotFound
from wallet.requests.models import PaymentRequest

Role = Literal["payer", "requester"]


def access_request(*, request_id: UUID, person_id: UUID) -> PaymentRequest:
    """Return a payment request of which the person is one side. Raises PaymentRequestNotFound."""
    request = PaymentRequest.objects.filter(id=request_id).first()
    if request is None or person_id not in (request.payer_id, request.requester_id):
        raise PaymentRequestNotFound()
    return request


def list_requests(
    *, person_id: UUID, role: Role, before: UUID | None, limit: int
) -> tuple[list[PaymentRequest], bool]:
    """Return a page of what the person was asked to pay, or asked others for, newest first."""
    rows = PaymentRequest.objects.filter(
        **{"payer_id" if role == "payer" else "requester_id": person_id}
    )
    return newest_first(rows, before=before, limit=limit)


def describe_card(*, request_id: UUID, at: datetime) -> dict[str, Any]:
    """Return the card as all members of the room see it."""
    request = PaymentRequest.objects.get(id=request_id)
    return {
        "type": "request",
        "id": str(request.id),
        "from": str(request.requester_id),
        "to": str(request.payer_id),
        "amount": request.amount,
        "currency": request.currency,
        "note": request.note,
        "status": request.status_at(at),
        "expires_at": show_moment(request.expires_at),
    }
