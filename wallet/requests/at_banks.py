"""Paying a request with a bank's money among the sources."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import TypeAdapter

from commands.errors import Busy, Refusal
from outbox.after_commit import run_after_commit
from wallet.banks.models import OPEN, Direction, Payment
from wallet.banks.models import Status as PaymentStatus
from wallet.banks.services import open_payment
from wallet.limits.pins import prove
from wallet.requests.errors import (
    PaymentRequestAtBank,
    PaymentRequestBankPaid,
    PaymentRequestNotPaid,
)
from wallet.requests.locks import lock_request
from wallet.requests.models import BankPart, PaymentRequest, Status
from wallet.requests.services import lock_for_payer, post_payment
from wallet.requests.sources import ChannelSource, Source, with_what_came
from wallet.screening.judges import Early, ask_if_needed

# Note [A bank among the sources]
# No posting waits for a bank (Note [Payments at banks] in wallet/banks/services.py), so:
#   1. With the command's id: everything is posted once as if the bank had paid, and undone. What
#      would be refused is refused here, before money is on its way, also by those who judge. A
#      top-up over the part is opened, and this row says what it is for.
#   2. The bank is asked as for any top-up.
#   3. What it pays is posted to the balance, and is the payer's own from then on, whoever brings
#      the answer: a process that dies here, or a bank that answers too late, loses nothing.
#   4. The request is paid from vouchers and the balance in one posting, and judged once more: a
#      bank takes longer than an intent lives, so the one of step 1 is given up with that step. Only
#      the command does this, at once or when it is sent again: what the worker brings in late lies
#      on the balance, because its owner may have paid otherwise by then.
_SOURCES: TypeAdapter[list[Source]] = TypeAdapter(list[Source])


def ask_for_part(
    *,
    request_id: UUID,
    person_id: UUID,
    sources: Sequence[Source],
    part: ChannelSource,
    is_proved: bool,
    at: datetime,
    device_id: UUID | None = None,
    early: Early | None = None,
) -> tuple[PaymentRequest, Payment]:
    """Write down that a bank is to be asked for a part; nothing of the request is paid yet.

    Raises what `pay_request` would, PaymentRequestAtBank and PaymentRequestBankPaid.
    """
    with transaction.atomic():
        request = lock_for_payer(request_id=request_id, person_id=person_id, at=at)
        _refuse_second(request)
        _rehearse(request, sources, at, device_id, early)
        if early:
            run_after_commit(early.withdraw)
        payment = open_payment(
            person_id=person_id, direction=Direction.IN, amount=part.amount,
            currency=request.currency, channel=part.channel, at=at,
        )  # fmt: skip
        BankPart.objects.create(
            id=payment.id, request=request, is_proved=is_proved, at=at,
            sources=_SOURCES.dump_python(list(sources), mode="json"),
        )  # fmt: skip
    return request, payment


def _refuse_second(request: PaymentRequest) -> None:
    parts = BankPart.objects.filter(request=request).values("id")
    payments = Payment.objects.filter(id__in=parts)
    if (asked := payments.filter(status__in=OPEN).first()) is not None:
        raise PaymentRequestAtBank(payment=str(asked.id))
    # Its command may be about to pay with it; a second bank would bring the money in twice.
    if (paid := payments.filter(status=PaymentStatus.DONE).first()) is not None:
        raise PaymentRequestBankPaid(
            payment=str(paid.id), amount=paid.amount, currency=paid.currency
        )


def _rehearse(
    request: PaymentRequest,
    sources: Sequence[Source],
    at: datetime,
    device_id: UUID | None,
    early: Early | None,
) -> None:
    with transaction.atomic():
        post_payment(request=request, sources=sources, at=at, device_id=device_id, early=early)
        transaction.set_rollback(True)
    request.refresh_from_db()


def pay_with_what_came(
    *, payment: Payment, at: datetime, device_id: UUID | None = None
) -> PaymentRequest:
    """Pay the request that a bank has paid its part for, unless it is paid.

    Raises PaymentRequestNotPaid; the part is on the balance then.
    """
    part = BankPart.objects.get(id=payment.id)
    try:
        return ask_if_needed(partial(_pay, part, payment.person_id, at, device_id))
    except Busy:
        raise
    except Refusal as refusal:
        if refusal.leaves:
            refusal.leaves()
        raise PaymentRequestNotPaid(**_explain(payment, refusal)) from refusal


def _pay(
    part: BankPart, payer_id: UUID, at: datetime, device_id: UUID | None, early: Early | None
) -> PaymentRequest:
    with transaction.atomic():
        request = lock_request(request_id=part.request_id)
        if request.status == Status.PAID:
            if early:
                run_after_commit(early.withdraw)
            return request
        if part.is_proved:
            prove(person_id=payer_id)
        lock_for_payer(request_id=request.id, person_id=payer_id, at=at)
        sources = with_what_came(_SOURCES.validate_python(part.sources))
        post_payment(request=request, sources=sources, at=at, device_id=device_id, early=early)
    return request


def _explain(payment: Payment, refusal: Refusal) -> dict[str, Any]:
    return {
        "reason": refusal.code, "amount": payment.amount, "currency": payment.currency,
        "payment": str(payment.id),
    }  # fmt: skip
