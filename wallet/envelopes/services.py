"""Sending, opening and returning red envelopes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from outbox.notices.services import Tell, notify
from wallet.accounts.services import account_of, pay
from wallet.card_events import record_card_change
from wallet.envelopes import password as words
from wallet.envelopes.draw import draw_shares, equal_shares
from wallet.envelopes.emptied import is_known_to_be_empty, remember_empty
from wallet.envelopes.errors import (
    AlreadyClaimed,
    EnvelopeEmpty,
    EnvelopeExpired,
    NotForYou,
    WrongPassword,
)
from wallet.envelopes.locks import (
    lock_envelope_to_return,
    lock_free_share,
    lock_remaining_shares,
)
from wallet.envelopes.models import Envelope, Kind, Share
from wallet.ledger.errors import AmountInvalid
from wallet.ledger.services import Item, open_escrow, post
from wallet.rounds import go_through

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
    *, room_id: UUID, sender_id: UUID, terms: Terms, sender_may_claim: bool, at: datetime
) -> Envelope:
    """Fund an envelope and draw its shares, so that their sum is exact before anyone taps.

    Raises AmountInvalid and InsufficientFunds.
    """
    shares = _draw(terms)
    envelope_id = uuid7()
    with transaction.atomic():
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
        account = account_of(person_id=sender_id, currency=terms.currency, at=at)
        post(
            Item(
                id=uuid7(), code="envelope.send", debit=account, credit=escrow,
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


def check_claim(*, envelope: Envelope, person_id: UUID, password: str | None, at: datetime) -> None:
    """Refuse what can be refused without a lock, and count a wrong word outside any transaction.

    Raises AlreadyClaimed, NotForYou, EnvelopeExpired, EnvelopeEmpty, WrongPassword and RateLimited.
    """
    _refuse_second(envelope.id, person_id)
    if envelope.only is not None and person_id not in envelope.only:
        raise NotForYou()
    if person_id == envelope.sender_id and not envelope.sender_may_claim:
        raise NotForYou()
    if is_known_to_be_empty(envelope.id):
        raise EnvelopeEmpty()
    if at >= envelope.expires_at:
        # Emptied stays emptied, also for a process that was not there to remember it.
        raise _why_none_is_left(envelope)
    if envelope.password_digest:
        words.refuse_when_guessing(envelope.id, person_id)
        if not words.is_right(envelope.id, envelope.password_digest, password):
            words.count_wrong_word(envelope.id, person_id)
            raise WrongPassword()


def claim(*, envelope: Envelope, person_id: UUID, at: datetime) -> Share:
    """Take the next free share and credit it; `check_claim` was passed before.

    Raises AlreadyClaimed, EnvelopeEmpty and EnvelopeExpired.
    """
    try:
        with transaction.atomic():
            return _take_share(envelope, person_id, at)
    except IntegrityError:
        # `share_taken_once_per_person`: the same person, at the same moment, on another device.
        _refuse_second(envelope.id, person_id)
        raise


def _take_share(envelope: Envelope, person_id: UUID, at: datetime) -> Share:
    _refuse_second(envelope.id, person_id)
    share = lock_free_share(envelope_id=envelope.id)
    if share is None:
        raise _why_none_is_left(envelope)
    share.person_id = person_id
    share.at = at
    Share.objects.filter(envelope_id=envelope.id, position=share.position).update(
        person_id=person_id, at=at
    )
    account = account_of(person_id=person_id, currency=envelope.currency, at=at)
    pay(
        Item(
            id=uuid7(), code="envelope.claim", debit=envelope.escrow_id, credit=account,
            amount=share.amount, currency=envelope.currency, ref=envelope.id,
            note=envelope.greeting,
        ),
        at=at,
    )  # fmt: skip
    record_card_change("envelope", envelope.id)
    return share


def _refuse_second(envelope_id: UUID, person_id: UUID) -> None:
    own = Share.objects.filter(envelope_id=envelope_id, person_id=person_id).first()
    if own is not None:
        assert own.at is not None
        raise AlreadyClaimed(amount=own.amount, at=own.at)


def _why_none_is_left(envelope: Envelope) -> EnvelopeEmpty | EnvelopeExpired:
    # Not by the clock: the sweeper's may be ahead of the one that this claim came in by.
    if Share.objects.filter(envelope_id=envelope.id).exclude(person=None).count() < envelope.count:
        return EnvelopeExpired(expires_at=envelope.expires_at)
    remember_empty(envelope.id)
    return EnvelopeEmpty()


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
