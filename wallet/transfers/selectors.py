"""Reading transfers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from commands.frames import show_moment
from wallet.transfers.errors import TransferNotFound
from wallet.transfers.models import Transfer


def access_transfer(*, transfer_id: UUID, person_id: UUID) -> Transfer:
    """Return a transfer of which the person is one side. Raises TransferNotFound."""
    transfer = Transfer.objects.filter(id=transfer_id).first()
    if transfer is None or person_id not in (transfer.sender_id, transfer.receiver_id):
        raise TransferNotFound()
    return transfer


def describe_card(*, transfer_id: UUID, at: datetime) -> dict[str, Any]:
    """Return the card as all members of the room see it."""
    return describe(Transfer.objects.get(id=transfer_id), at=at)


def describe(transfer: Transfer, *, at: datetime) -> dict[str, Any]:
    """Return the transfer as clients see it."""
    return {
        "type": "transfer",
        "id": str(transfer.id),
        "from": str(transfer.sender_id),
        "to": str(transfer.receiver_id),
        "amount": transfer.amount,
        "currency": transfer.currency,
        "note": transfer.note,
        "status": transfer.status_at(at),
        "expires_at": show_moment(transfer.expires_at),
    }
