"""Transfers that wait for a person's decision, and how they go on after it."""

from datetime import datetime
from uuid import UUID

from wallet.card_events import record_card_change
from wallet.ledger.errors import NotPending
from wallet.screening.holding import Holder
from wallet.transfers.locks import lock_transfer
from wallet.transfers.models import Status
from wallet.transfers.services import close, void


def lock(*, payment_id: UUID, at: datetime) -> None:
    """Lock a transfer that waits for a decision. Raises TransferNotFound and NotPending."""
    transfer = lock_transfer(transfer_id=payment_id)
    if not transfer.waits_at(at):
        raise NotPending(status=transfer.status_at(at))


def release(*, payment_id: UUID, at: datetime) -> None:
    """Let the receiver take the transfer, or return it, in the time that is left."""
    transfer = lock_transfer(transfer_id=payment_id)
    transfer.under_review = False
    transfer.save(update_fields=["under_review"])
    record_card_change("transfer", transfer.id)


def give_back(*, payment_id: UUID, at: datetime) -> None:
    """Give the transfer back to its sender."""
    transfer = lock_transfer(transfer_id=payment_id)
    void(transfer=transfer, at=at)
    close(transfer=transfer, status=Status.RETURNED, at=at)


HOLDER = Holder(lock=lock, release=release, give_back=give_back)
