"""Asking for a payment, paying it, declining it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from commands.errors import Malformed
from graph.people.selectors import get_present_person
from outbox.notices.services import Tell, notify
from wallet.accounts.services import pay
from wallet.banks.services import bring_in
from wallet.card_events import record_card_change
from wallet.ledger.errors import SameAccount
from wallet.ledger.models import Account
from wallet.ledger.services import Item
from wallet.requests.errors import PaymentRequestNotFound, PaymentRequestNotOpen
from wallet.requests.locks import lock_request
from wallet.requests.models import PaymentRequest, Status
from wallet.requests.sources import Source, choose_sources, follow_sources
from wallet.rounds import go_through
from wallet.screening.accounts import accounts_and_mark
from wallet.screening.judges import Early, require_asked
from wallet.screening.payments import Payment
from wallet.screening.services import require_allowed
from wallet.vouchers.services import spend

COMMAND = "payment_request.pay"


def create(
    *,
    requester_id: UUID,
    payer_id: UUID,
    amount: int,
    currency: str,
    note: str,
    room_id: UUID | None,
    expires_at: datetime | None,
    at: datetime,
) -> PaymentRequest:
    """Ask somebody to pay; without `expires_at` they have a week.

    Raises SameAccount, PersonNotFound, and Malformed for a time that makes no sense.
    """
    if requester_id == payer_id:
        raise SameAccount()
    latest = at + timedelta(days=settings.PAYMENT_REQUEST_LONGEST_DAYS)
    if expires_at is None:
        expires_at = at + timedelta(days=settings.PAYMENT_REQUEST_DAYS)
    elif not at < expires_at <= latest:
        raise Malformed(
            f"expires_at: It must be within {settings.PAYMENT_REQUEST_LONGEST_DAYS} days from now.",
            field="expires_at",
        )
    get_present_person(person_id=payer_id)
    request = PaymentRequest(
        id=uuid7(), requester_id=requester_id, payer_id=payer_id, amount=amount,
        currency=currency, note=note, room_id=room_id, at=at, expires_at=expires_at,
    )  # fmt: skip
    with transaction.atomic():
        request.save(force_insert=True)
        notify(Tell(payer_id, "payment.asked", requester_id, request.id, note), at=at)
    return request


def pay_request(
    *,
    request_id: UUID,
    person_id: UUID,
    sources: Sequence[Source] | None,
    at: datetime,
    device_id: UUID | None = None,
    early: Early | None = None,
) -> PaymentRequest:
    """Pay from the sources, or from vouchers that fit and then the balance, in one posting.

    Raises PaymentRequestNotFound (also for anybody but who was asked), PaymentRequestNotOpen,
    VoucherNotFound, VoucherNotOpen, ChannelUnknown, AmountInvalid, InsufficientFunds, PinRequired
    and Denied, and AskFirst where early judges have to be asked and `early` is not given.
    """
    with transaction.atomic():
        request = lock_for_payer(request_id=request_id, person_id=person_id, at=at)
        post_payment(request=request, sources=sources, at=at, device_id=device_id, early=early)
    return request


def post_payment(
    *,
    request: PaymentRequest,
    sources: Sequence[Source] | None,
    at: datetime,
    device_id: UUID | None,
    early: Early | None,
) -> None:
    """Pay a locked request that is open, in one posting. Raises as `pay_request` does."""
    currency, amount, payer_id = request.currency, request.amount, request.payer_id
    sides = [payer_id, request.requester_id]
    accounts, mark = accounts_and_mark(person_ids=sides, currency=currency, at=at)
    judged = Payment(
        request.id, COMMAND, payer_id, request.requester_id, amount, currency, at, device_id,
        uuid7(),
    )  # fmt: skip
    judged = require_allowed(judged, mark=mark, early=early)
    payer = accounts[payer_id]
    if sources is None:
        available = Account.objects.get(id=payer).available
        plan = choose_sources(
            person_id=payer_id, amount=amount, currency=currency, available=available, at=at
        )
    else:
        plan = follow_sources(sources, person_id=payer_id, amount=amount, currency=currency, at=at)
    payment = Item(
        id=judged.posting_id, code=COMMAND, debit=payer,
        credit=accounts[request.requester_id], amount=amount, currency=currency,
        ref=request.id, note=request.note,
    )  # fmt: skip
    pay(
        *spend(parts=plan.vouchers, account=payer, ref=request.id, at=at),
        *(
            bring_in(
                account=payer, amount=part, currency=currency, channel=channel, ref=request.id,
                at=at,
            )
            for channel, part in plan.channels
        ),
        payment,
        at=at,
    )  # fmt: skip
    request.payment_id = payment.id
    _close(request, Status.PAID, at)
    notify(Tell(request.requester_id, "money.in", payer_id, request.id, request.note), at=at)
    require_asked(judged, early)


def decline(*, request_id: UUID, person_id: UUID, at: datetime) -> PaymentRequest:
    """Refuse to pay, for good. Raises PaymentRequestNotFound and PaymentRequestNotOpen."""
    with transaction.atomic():
        request = lock_for_payer(request_id=request_id, person_id=person_id, at=at)
        _close(request, Status.DECLINED, at)
    return request


def lock_for_payer(*, request_id: UUID, person_id: UUID, at: datetime) -> PaymentRequest:
    """Lock a request that the person may pay. Raises PaymentRequestNotFound and
    PaymentRequestNotOpen.
    """
    request = lock_request(request_id=request_id)
    if request.payer_id != person_id:
        raise PaymentRequestNotFound()
    if request.status_at(at) != Status.OPEN:
        raise PaymentRequestNotOpen(status=request.status_at(at))
    return request


def _close(request: PaymentRequest, status: Status, at: datetime) -> None:
    request.status = status
    request.closed_at = at
    request.save(update_fields=["status", "closed_at", "payment_id"])
    record_card_change("request", request.id)


def expire(*, at: datetime) -> int:
    """Close the requests that nobody answered in time, and tell who asked; return how many."""
    due = PaymentRequest.objects.filter(status=Status.OPEN, expires_at__lte=at)
    return go_through(due.order_by("expires_at"), lambda request_id: _expire_one(request_id, at))


def _expire_one(request_id: UUID, at: datetime) -> bool:
    request = lock_request(request_id=request_id)
    if request.status != Status.OPEN:
        return False
    _close(request, Status.EXPIRED, at)
    notify(Tell(request.requester_id, "card.expired", request.payer_id, request.id), at=at)
    return True
