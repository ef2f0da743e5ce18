"""Wire commands about payment requests; `payment_request.create` is in chat/cards."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from commands.frames import Command, Id, Moment, PageSize, Result
from commands.registry import Caller, handles
from wallet.accounts.numbers import number_of
from wallet.banks.errors import ChannelUnknown
from wallet.frames import SettledMoneyCommand, require_currency
from wallet.ledger.errors import AmountInvalid, Frozen, InsufficientFunds, LimitExceeded
from wallet.requests import selectors, services
from wallet.requests.errors import PaymentRequestNotFound, PaymentRequestNotOpen
from wallet.requests.models import PaymentRequest
from wallet.requests.sources import Source
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


@handles(
    PayRequest, result=OnePaymentRequest, family=FAMILY, money=True,
    may_refuse=[
        PaymentRequestNotFound, PaymentRequestNotOpen, VoucherNotFound, VoucherNotOpen,
        ChannelUnknown, AmountInvalid, InsufficientFunds, Frozen, LimitExceeded,
    ],
)  # fmt: skip
def pay_request(command: PayRequest, caller: Caller) -> OnePaymentRequest:
    """Pay what somebody asks you for, from the sources that you name; without any, from your
    vouchers that fit and then from your balance.
    """
    own = {"request_id": command.payment_request, "person_id": caller.person}
    require_currency(command, lambda: selectors.access_request(**own).currency)
    request = services.pay_request(
        request_id=command.payment_request, person_id=caller.person, sources=command.sources,
        at=caller.at,
    )  # fmt: skip
    return OnePaymentRequest(payment_request=PaymentRequestShown.of(request, caller.at))


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
