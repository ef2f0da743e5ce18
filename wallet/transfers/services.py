"""Offering money to somebody, accepting it and giving it back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from graph.people.selectors import get_person
from outbox.notices.services import Tell, notify
from wallet.accounts.services import accounts_of, pay
from wallet.card_events import record_card_change
from wallet.ledger.errors import NotPending, SameAccount
from wallet.ledger.services import Item, post
from wallet.rounds import go_through
from wallet.transfers.errors import TransferNotFound
from wallet.transfers.locks import lock_transfer
from wallet.transfers.models import Status, Transfer


def send(
    *,
    sender_id: UUID,
    receiver_id: UUID,
    amount: int,
    currency: str,
    note: str,
    room_id: UUID | None,
    at: datetime,
) -> Transfer:
    """Hold the amount on the sender's account until the receiver answers.

    Raises SameAccount, PersonNotFound and InsufficientFunds.
    """
    if sender_id == receiver_id:
        raise SameAccount()
    get_person(person_id=receiver_id)
    transfer = Transfer(
        id=uuid7(), sender_id=sender_id, receiver_id=receiver_id, amount=amount,
        currency=currency, note=note, room_id=room_id, hold_id=uuid7(), at=at,
        expires_at=at + timedelta(hours=settings.TRANSFER_HOURS),
    )  # fmt: skip
    with transaction.atomic():
        accounts = accounts_of(person_ids=[sender_id, receiver_id], currency=currency, at=at)
        post(
            Item(
                id=transfer.hold_id, code="transfer", action="pending",
                debit=accounts[sender_id], credit=accounts[receiver_id], amount=amount,
                currency=currency, expires_at=transfer.expires_at, ref=transfer.id, note=note,
            ),
            at=at,
        )  # fmt: skip
        transfer.save(force_insert=True)
        notify(Tell(receiver_id, "money.in", about=sender_id, ref=transfer.id, text=note), at=at)
    return transfer


def accept(*, transfer_id: UUID, person_id: UUID, at: datetime) -> Transfer:
    """Take the money. Raises TransferNotFound (also for anybody but the receiver) and
    NotPending.
    """
    with transaction.atomic():
        transfer = _lock_for_receiver(transfer_id, person_id, at)
        item = Item(
            id=uuid7(), code="transfer", action="post", pending=transfer.hold_id,
            currency=transfer.currency, ref=transfer.id, note=transfer.note,
        )  # fmt: skip
        pay(item, at=at)
        _close(transfer, Status.ACCEPTED, at)
    return transfer


def give_back(*, transfer_id: UUID, person_id: UUID, at: datetime) -> Transfer:
    """Refuse the money: the hold ends. Raises TransferNotFound and NotPending."""
    with transaction.atomic():
        transfer = _lock_for_receiver(transfer_id, person_id, at)
        _void(transfer, at)
        _close(transfer, Status.RETURNED, at)
    return transfer


def _lock_for_receiver(transfer_id: UUID, person_id: UUID, at: datetime) -> Transfer:
    transfer = lock_transfer(transfer_id=transfer_id)
    if transfer.receiver_id != person_id:
        raise TransferNotFound()
    if transfer.status_at(at) != Status.PENDING:
        raise NotPending(status=transfer.status_at(at))
    return transfer


def _void(transfer: Transfer, at: datetime) -> None:
    item = Item(
        id=uuid7(), code="transfer", action="void", pending=transfer.hold_id,
        currency=transfer.currency, ref=transfer.id,
    )  # fmt: skip
    post(item, at=at)


def _close(transfer: Transfer, status: Status, at: datetime) -> None:
    transfer.status = status
    transfer.closed_at = at
    transfer.save(update_fields=["status", "closed_at"])
    record_card_change("transfer", transfer.id)


def expire(*, at: datetime) -> int:
    """End the holds of transfers that nobody answered in time, and tell both sides; return how
    many.
    """
    due = Transfer.objects.filter(status=Status.PENDING, expires_at__lte=at)
    return go_through(due.order_by("expires_at"), lambda transfer_id: _expire_one(transfer_id, at))


def _expire_one(transfer_id: UUID, at: datetime) -> bool:
    transfer = lock_transfer(transfer_id=transfer_id)
    if transfer.status != Status.PENDING:
        return False
    _void(transfer, at)
    _close(transfer, Status.EXPIRED, at)
    sides = (transfer.sender_id, transfer.receiver_id)
    notify(
        *(Tell(side, "card.expired", about=other, ref=transfer.id)
          for side, other in (sides, sides[::-1])),
        at=at,
    )  # fmt: skip
    return True
