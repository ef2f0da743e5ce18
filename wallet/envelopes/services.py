"""Sending and returning red envelopes; taking shares is in claiming.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from outbox.notices.services import Tell, notify
from wallet.accounts.services import account_of
from wallet.card_events import record_card_change
from wallet.envelopes import password as words
from wallet.envelopes.draw import draw_shares, equal_shares
from wallet.envelopes.locks import lock_envelope_to_return, lock_remaining_shares
from wallet.envelopes.models import Envelope, Kind, Share
from wallet.ledger.errors import AmountInvalid
from wallet.ledger.services import Item, open_escrow, post
from wallet.rounds import go_through
from wallet.screening.accounts import accounts_and_mark
from wallet.screening.payments import Payment
from wallet.screening.services import require_allowed

COMMAND = "envelope.send"
ESCROW = "escrow"


@dataclass(frozen=True)
class Terms:
    """What the sender chooses: amount in minor units over `count` shares, who may open it, and a
    word.
    """

    amount: int
    currency: str
    count: int
    kind: str
    greeting: str = ""
    only: Sequence[UUID] | None = None
    password: str = ""


def send(
    *,
    room_id: UUID,
    sender_id: UUID,
    terms: Terms,
    sender_may_claim: bool,
    at: datetime,
    payee_id: UUID | None = None,
    device_id: UUID | None = None,
) -> Envelope:
    """Fund an envelope and draw its shares, so that their sum is exact before anyone taps.

    `payee_id` is who alone may open it, None where several may. Raises AmountInvalid,
    InsufficientFunds, PinRequired and Denied.
    """
    shares = _draw(terms)
    envelope_id = uuid7()
    # One payment of the whole: who takes a share is paid by it, and judged by nobody.
    payment = Payment(
        envelope_id, COMMAND, sender_id, payee_id, terms.amount, terms.currency, at, device_id
    )
    with transaction.atomic():
        accounts, mark = accounts_and_mark(person_ids=[sender_id], currency=terms.currency, at=at)
        require_allowed(payment, mark=mark)
        escrow = open_escrow(owner_id=sender_id, kind=ESCROW, currency=terms.currency, at=at)
        envelope = Envelope.objects.create(
            id=envelope_id, room_id=room_id, sender_id=sender_id, kind=terms.kind,
            amount=terms.amount, currency=terms.currency, count=terms.count,
            greeting=terms.greeting, only=list(terms.only) if terms.only is not None else None,
            sender_may_claim=sender_may_claim, escrow_id=escrow, at=at,
            expires_at=at + timedelta(hours=settings.ENVELOPE_HOURS),
            password_digest=words.digest_word(envelope_id, terms.password),
        )  # fmt: skip
        Share.objects.bulk_create(
            Share(envelope_id=envelope_id, position=position, amount=amount)
            for position, amount in enumerate(shares)
        )
        post(
            Item(
                id=uuid7(), code=COMMAND, debit=accounts[sender_id], credit=escrow,
                amount=terms.amount, currency=terms.currency, ref=envelope_id,
                note=terms.greeting,
            ),
            at=at,
        )  # fmt: skip
    return envelope


def _draw(terms: Terms) -> list[int]:
    largest = settings.ENVELOPE_LARGEST_SHARE
    if not terms.count <= terms.amount <= terms.count * largest:
        raise AmountInvalid(reason=f"Each share must be between 1 and {largest}.")
    if terms.kind == Kind.RANDOM:
        return draw_shares(
            amount=terms.amount, count=terms.count, largest=largest, random=SystemRandom()
        )
    try:
        return equal_shares(amount=terms.amount, count=terms.count)
    except ValueError as error:
        raise AmountInvalid(reason=str(error)) from None


def return_expired(*, at: datetime) -> int:
    """Send back what nobody took of envelopes whose time is over; return how many envelopes there
    were.
    """
    due = Envelope.objects.filter(returned_at=None, expires_at__lte=at)
    return go_through(due.order_by("expires_at"), lambda envelope_id: _return_rest(envelope_id, at))


def _return_rest(envelope_id: UUID, at: datetime) -> bool:
    envelope = lock_envelope_to_return(envelope_id=envelope_id)
    if envelope is None:
        return False
    # Whoever was tapping at the last moment either has the share now or lost it to this.
    remaining = lock_remaining_shares(envelope_id=envelope_id)
    rest = sum(share.amount for share in remaining)
    Share.objects.filter(
        envelope_id=envelope_id, position__in=[share.position for share in remaining]
    ).update(returned=True)
    envelope.returned_at = at
    envelope.save(update_fields=["returned_at"])
    if rest:
        _send_back(envelope, rest, at)
    return True


def _send_back(envelope: Envelope, rest: int, at: datetime) -> None:
    account = account_of(person_id=envelope.sender_id, currency=envelope.currency, at=at)
    post(
        Item(
            id=uuid7(), code="envelope.return", debit=envelope.escrow_id, credit=account,
            amount=rest, currency=envelope.currency, ref=envelope.id, note=envelope.greeting,
            refund=True,
        ),
        at=at,
    )  # fmt: skip
    notify(Tell(envelope.sender_id, "card.expired", ref=envelope.id, text=envelope.greeting), at=at)
    record_card_change("envelope", envelope.id)
