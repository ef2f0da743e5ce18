"""Reading transfers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from commands.frames import show_moment
from commands.pages import newest_first
from wallet.transfers.errors import TransferNotFound
from wallet.transfers.models import Transfer

Role = Literal["sender", "receiver"]


def access_transfer(*, transfer_id: UUID, person_id: UUID) -> Transfer:
    """Return a transfer of which the person is one side. Raises TransferNotFound."""
    transfer = Transfer.objects.filter(id=transfer_id).first()
    if transfer is None or person_id not in (transfer.sender_id, transfer.receiver_id):
        raise TransferNotFound()
    return transfer


def list_transfers(
    *, person_id: UUID, role: Role | None, before: UUID | None, limit: int
) -> tuple[list[Transfer], bool]:
    """Return a page of the transfers that the person sent or is to receive, or of one kind of
    those, newest first.
    """
    sides = {"sender": Q(sender_id=person_id), "receiver": Q(receiver_id=person_id)}
    rows = Transfer.objects.filter(sides[role] if role else sides["sender"] | sides["receiver"])
    return newest_first(rows, before=before, limit=limit)


def describe_card(*, transfer_id: UUID, at: datetime) -> dict[str, Any]:
    """Return the card as all members of the room see it: one that waits for a person of the risk
    team is a pending one, which is between the two sides.
    """
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
