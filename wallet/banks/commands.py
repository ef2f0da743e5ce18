"""Wire commands about bank channels."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from pydantic import Field

from commands.errors import Busy, Refusal
from commands.frames import Amount, Command, Id, Moment, PageSize, Result, Text
from commands.keys import forget_key
from commands.registry import Caller, handles
from wallet.accounts.commands import EntryShown
from wallet.accounts.selectors import last_entry
from wallet.banks import asking, services
from wallet.banks.errors import BankRefused, ChannelAway, ChannelUnknown, PaymentNotFound
from wallet.banks.health import channel_of, rank
from wallet.banks.models import Direction, Payment, Status
from wallet.banks.selectors import access_payment, find_entry, list_payments
from wallet.frames import MoneyCommand
from wallet.ledger.errors import Frozen, InsufficientFunds, LimitExceeded
from wallet.screening.errors import Denied

FAMILY = "Wallet"
AWAY_RETRY_MS = 2_000
Channel = Annotated[
    Text,
    Field(max_length=32, description="`sandbox`, one of the bank's channels, or `auto`."),
]


class TopUp(MoneyCommand):
    type: Literal["wallet.top_up"]
    amount: Amount
    channel: Channel


class Withdraw(MoneyCommand):
    type: Literal["wallet.withdraw"]
    amount: Amount
    channel: Channel


class GetBankPayment(Command):
    type: Literal["wallet.bank_payment"]
    payment: Id


class ListBankPayments(Command):
    type: Literal["wallet.bank_payments"]
    is_open: Annotated[
        bool, Field(alias="open", description="Only those that no bank has decided yet.")
    ] = False
    before: Id | None = None
    limit: PageSize = 50


class ListChannels(Command):
    type: Literal["wallet.channels"]


class ChannelShown(Result):
    """`is_away` tells that payments over it are refused for the moment."""

    channel: str
    is_away: bool


class Channels(Result):
    """`instant` is the channel that needs no bank, null where there is none."""

    channels: list[ChannelShown]
    instant: str | None


class BankPaymentShown(Result):
    """A payment at a bank, which knows it by its id; `status` is `created`, `sent`, `unknown` (the
    bank has not said), `done` or `failed`.
    """

    id: Id
    direction: str
    channel: str
    amount: int
    currency: str
    status: str
    reason: str
    at: Moment

    @classmethod
    def of(cls, payment: Payment) -> "BankPaymentShown":
        """Show a payment to whose it is."""
        return cls(
            id=payment.id, direction=payment.direction, channel=payment.channel or payment.wanted,
            amount=payment.amount, currency=payment.currency, status=payment.status,
            reason=payment.reason, at=payment.at,
        )  # fmt: skip


class Moved(Result):
    """The entry, null as long as the bank has not decided; `payment` is null for the channel that
    needs no bank.
    """

    entry: EntryShown | None
    payment: BankPaymentShown | None

    @classmethod
    def of(cls, payment: Payment) -> "Moved":
        """Show what a payment has moved so far."""
        entry = find_entry(payment=payment)
        return cls(
            entry=EntryShown.of(entry) if entry else None, payment=BankPaymentShown.of(payment)
        )  # fmt: skip


class BankPayments(Result):
    payments: list[BankPaymentShown]
    more: bool


def _complete(answer: Any, caller: Caller) -> Moved | None:
    if answer["payment"] is None:
        return None
    known = access_payment(payment_id=UUID(answer["payment"]["id"]), person_id=caller.person)
    if not known.is_open:
        # Sent again: it is told how the payment ended.
        return Moved.of(known)
    return Moved.of(carry_out(payment_id=known.id, caller=caller))


def carry_out(*, payment_id: UUID, caller: Caller) -> Payment:
    """Have the payment made that the caller's command has opened, and return how it stands; one
    that has failed is refused, and the command's id may be sent again.

    Raises BankRefused, ChannelAway and Busy.
    """
    payment = asking.carry_out(
        payment_id=payment_id, clock=lambda: datetime.now(UTC),
        patience=settings.BANK_PATIENCE_SECONDS,
    )  # fmt: skip
    if payment.status == Status.FAILED:
        forget_key(person_id=caller.person, command_id=caller.command, began=payment.id)
        raise _refusal(payment)
    return payment


def _refusal(payment: Payment) -> Refusal:
    """Return why a payment failed."""
    if payment.reason == services.BUSY:
        return Busy(retry_after_ms=1000)
    if payment.reason == services.AWAY:
        return ChannelAway(channel=payment.wanted, retry_after_ms=AWAY_RETRY_MS)
    return BankRefused(channel=payment.channel, reason=payment.reason)


REFUSALS = [ChannelUnknown, ChannelAway, BankRefused, Frozen, LimitExceeded]


@handles(
    TopUp, result=Moved, family=FAMILY, money=True, may_refuse=REFUSALS, complete=_complete
)  # fmt: skip
def top_up(command: TopUp, caller: Caller) -> Moved:
    """Bring money in from a bank; in development the channel `sandbox` gives any amount at once,
    `auto` picks a bank. As long as the bank has not answered, `entry` is null: the same command
    sent again, or `wallet.bank_payment`, tells how it ended, and a notice does.
    """
    return _move(command, Direction.IN, caller)


@handles(
    Withdraw, result=Moved, family=FAMILY, money=True,
    may_refuse=[*REFUSALS, InsufficientFunds, Denied], complete=_complete,
)  # fmt: skip
def withdraw(command: Withdraw, caller: Caller) -> Moved:
    """Send money out to a bank, as `wallet.top_up` brings it in; it is held until the bank has
    answered.
    """
    return _move(command, Direction.OUT, caller)


def _move(command: TopUp | Withdraw, direction: Direction, caller: Caller) -> Moved:
    terms: dict[str, Any] = {
        "person_id": caller.person, "amount": command.amount, "currency": command.currency,
        "channel": command.channel, "at": caller.at,
    }  # fmt: skip
    if services.is_instant(command.channel):
        if direction == Direction.IN:
            account = services.top_up(**terms)
        else:
            account = services.withdraw(**terms, device_id=caller.device_id)
        return Moved(entry=EntryShown.of(last_entry(account_id=account)), payment=None)
    payment = services.open_payment(**terms, direction=direction, device_id=caller.device_id)
    return Moved.of(payment)


@handles(ListChannels, result=Channels, family=FAMILY, reads=True)
def list_channels(command: ListChannels, caller: Caller) -> Channels:
    """List the bank channels in the order in which `auto` would ask them now."""
    shown = [
        ChannelShown(channel=name, is_away=channel_of(name).pause > 0)
        for name in rank(services.bank_channels())
    ]
    return Channels(channels=shown, instant=services.find_instant())


@handles(
    GetBankPayment, result=Moved, family=FAMILY, reads=True, may_refuse=[PaymentNotFound]
)  # fmt: skip
def get_bank_payment(command: GetBankPayment, caller: Caller) -> Moved:
    """Show how a top-up or a withdrawal at a bank stands."""
    return Moved.of(access_payment(payment_id=command.payment, person_id=caller.person))


@handles(ListBankPayments, result=BankPayments, family=FAMILY, reads=True)
def list_bank_payments(command: ListBankPayments, caller: Caller) -> BankPayments:
    """List your top-ups and withdrawals at banks, or those of them that still wait, newest
    first.
    """
    page, more = list_payments(
        person_id=caller.person, only_open=command.is_open, before=command.before,
        limit=command.limit,
    )  # fmt: skip
    return BankPayments(payments=[BankPaymentShown.of(one) for one in page], more=more)
