"""Wire commands about payment requests; `payment_request.create` is in chat/cards."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from commands.frames import Command, Id, Moment, PageSize, Result
from commands.registry import Caller, handles
from wallet.accounts.numbers import number_of
from wallet.banks.commands import BankPaymentShown, carry_out
from wallet.banks.errors import BankRefused, ChannelAway, ChannelUnknown
from wallet.banks.models import Status
from wallet.frames import SettledMoneyCommand, require_currency
from wallet.ledger.errors import AmountInvalid, Frozen, InsufficientFunds, LimitExceeded
from wallet.requests import at_banks, selectors, services
from wallet.requests.errors import (
    PaymentRequestAtBank,
    PaymentRequestBankPaid,
    PaymentRequestNotFound,
    PaymentRequestNotOpen,
    PaymentRequestNotPaid,
)
from wallet.requests.models import PaymentRequest
from wallet.requests.sources import Source, bank_part
from wallet.screening.errors import Denied
from wallet.screening.judges import Early
from wallet.vouchers.errors import VoucherNotFound, VoucherNotOpen

FAMILY = "Transfers"
MOST_SOURCES = 20


class PayRequest(SettledMoneyCommand):
    type: Literal["payment_request.pay"]
    payment_request: Id
    sources: Annotated[list[Source] | None, Field(min_length=1, max_length=MOST_SOURCES)] = None


class DeclineRequest(Command):
    type: Literal["payment_request.decline"]
    payment_request: Id


class GetRequest(Command):
    type: Literal["payment_request.get"]
    payment_request: Id


class ListRequests(Command):
    type: Literal["payment_request.list"]
    role: Literal["payer", "requester"] = "payer"
    before: Id | None = None
    limit: PageSize = 50


class PaymentRequestShown(Result):
    """A payment request: `from` asks, `to` is to pay; `payment` is the transfer that paid it,
    `receipt` its number.
    """

    id: Id
    from_: Annotated[Id, Field(serialization_alias="from")]
    to: Id
    amount: int
    currency: str
    note: str
    room: Id | None
    status: str
    payment: Id | None
    receipt: str | None
    at: Moment
    expires_at: Moment

    @classmethod
    def of(cls, request: PaymentRequest, at: datetime) -> "PaymentRequestShown":
        """Show a payment request as it stands at a moment."""
        return cls(
            id=request.id, from_=request.requester_id, to=request.payer_id,
            amount=request.amount, currency=request.currency, note=request.note,
            room=request.room_id, status=request.status_at(at), payment=request.payment_id,
            receipt=number_of(request.payment_id) if request.payment_id else None,
            at=request.at, expires_at=request.expires_at,
        )  # fmt: skip


class OnePaymentRequest(Result):
    payment_request: PaymentRequestShown


class PaymentRequests(Result):
    payment_requests: list[PaymentRequestShown]
    more: bool


class PaidRequest(Result):
    """`bank` is the bank's part where one was asked for; as long as that is not `done` nothing of
    the request is paid.
    """

    payment_request: PaymentRequestShown
    bank: BankPaymentShown | None


def _complete(answer: Any, caller: Caller) -> PaidRequest | None:
    # Answers that were kept before a bank could be among the sources do not say so.
    if answer.get("bank") is None:
        return None
    payment = carry_out(payment_id=UUID(answer["bank"]["id"]), caller=caller)
    if payment.status == Status.DONE:
        request = at_banks.pay_with_what_came(
            payment=payment, at=caller.at, device_id=caller.device_id
        )
    else:
        request = selectors.access_request(
            request_id=UUID(answer["payment_request"]["id"]), person_id=caller.person
        )
    return PaidRequest(
        payment_request=PaymentRequestShown.of(request, caller.at),
        bank=BankPaymentShown.of(payment),
    )


@handles(
    PayRequest, result=PaidRequest, family=FAMILY, money=True, complete=_complete,
    abandon=Early.withdraw,
    may_refuse=[
        PaymentRequestNotFound, PaymentRequestNotOpen, PaymentRequestAtBank,
        PaymentRequestBankPaid, PaymentRequestNotPaid, VoucherNotFound, VoucherNotOpen,
        ChannelUnknown, ChannelAway, BankRefused, AmountInvalid, InsufficientFunds, Frozen,
        LimitExceeded, Denied,
    ],
)  # fmt: skip
def pay_request(command: PayRequest, caller: Caller, early: Early | None = None) -> PaidRequest:
    """Pay what somebody asks you for, from the sources that you name; without any, from your
    vouchers that fit and then from your balance. A bank among the sources pays first, onto your
    balance; as long as it has not, nothing else moves: the same command sent again goes on.
    """
    own = {"request_id": command.payment_request, "person_id": caller.person}
    require_currency(command, lambda: selectors.access_request(**own).currency)
    part = bank_part(command.sources or [])
    if command.sources is None or part is None:
        request = services.pay_request(
            **own, sources=command.sources, at=caller.at, device_id=caller.device_id, early=early
        )
        return PaidRequest(payment_request=PaymentRequestShown.of(request, caller.at), bank=None)
    request, payment = at_banks.ask_for_part(
        **own, sources=command.sources, part=part, is_proved=command.pin is not None,
        at=caller.at, device_id=caller.device_id, early=early,
    )  # fmt: skip
    return PaidRequest(
        payment_request=PaymentRequestShown.of(request, caller.at),
        bank=BankPaymentShown.of(payment),
    )


@handles(
    DeclineRequest, result=OnePaymentRequest, family=FAMILY,
    may_refuse=[PaymentRequestNotFound, PaymentRequestNotOpen],
)  # fmt: skip
def decline_request(command: DeclineRequest, caller: Caller) -> OnePaymentRequest:
    """Refuse to pay what somebody asks you for, for good."""
    request = services.decline(
        request_id=command.payment_request, person_id=caller.person, at=caller.at
    )
    return OnePaymentRequest(payment_request=PaymentRequestShown.of(request, caller.at))


@handles(
    GetRequest, result=OnePaymentRequest, family=FAMILY, reads=True,
    may_refuse=[PaymentRequestNotFound],
)  # fmt: skip
def get_request(command: GetRequest, caller: Caller) -> OnePaymentRequest:
    """Show a payment request that you made or are to answer."""
    request = selectors.access_request(request_id=command.payment_request, person_id=caller.person)
    return OnePaymentRequest(payment_request=PaymentRequestShown.of(request, caller.at))


@handles(ListRequests, result=PaymentRequests, family=FAMILY, reads=True)
def list_requests(command: ListRequests, caller: Caller) -> PaymentRequests:
    """List what you were asked to pay, or what you asked others for, newest first."""
    page, more = selectors.list_requests(
        person_id=caller.person, role=command.role, before=command.before, limit=command.limit
    )
    shown = [PaymentRequestShown.of(request, caller.at) for request in page]
    return PaymentRequests(payment_requests=shown, more=more)
