"""Wire commands about vouchers; one pays with them by `payment_request.pay`."""

from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from pydantic import Field

from commands.frames import Amount, Command, Id, Moment, PageSize, Result, ShortText
from commands.registry import Caller, handles
from graph.people.errors import PersonNotFound
from wallet.frames import MoneyCommand
from wallet.ledger.errors import (
    AmountInvalid,
    Frozen,
    InsufficientFunds,
    LimitExceeded,
    SameAccount,
)
from wallet.screening.errors import Denied
from wallet.vouchers import selectors, services
from wallet.vouchers.models import Voucher

FAMILY = "Vouchers"


class IssueVouchers(MoneyCommand):
    type: Literal["voucher.issue"]
    people: Annotated[list[Id], Field(min_length=1, max_length=settings.VOUCHER_PEOPLE)]
    amount: Annotated[Amount, Field(description="Of each voucher.")]
    expires_at: Moment
    opens_at: Moment | None = None
    note: ShortText = ""


class ListVouchers(Command):
    type: Literal["voucher.list"]
    role: Literal["holder", "funder"] = "holder"
    before: Id | None = None
    limit: PageSize = 50


class VoucherShown(Result):
    """A voucher; `used_amount` is what a payment took of it, the rest went back to the funder."""

    id: Id
    funder: Id
    holder: Id
    amount: int
    currency: str
    note: str
    status: str
    used_amount: int | None
    used_for: Id | None
    opens_at: Moment | None
    expires_at: Moment
    at: Moment

    @classmethod
    def of(cls, voucher: Voucher, at: datetime) -> "VoucherShown":
        """Show a voucher as it stands at a moment."""
        issued = voucher.issue
        return cls(
            id=voucher.id, funder=issued.funder_id, holder=voucher.holder_id,
            amount=issued.amount, currency=issued.currency, note=issued.note,
            status=voucher.status_at(at), used_amount=voucher.used_amount,
            used_for=voucher.used_for, opens_at=issued.opens_at, expires_at=issued.expires_at,
            at=issued.at,
        )  # fmt: skip


class IssuedVouchers(Result):
    vouchers: list[VoucherShown]


class Vouchers(Result):
    vouchers: list[VoucherShown]
    more: bool


@handles(
    IssueVouchers, result=IssuedVouchers, family=FAMILY, money=True, tier="real_name",
    may_refuse=[
        PersonNotFound, SameAccount, AmountInvalid, InsufficientFunds, Frozen, LimitExceeded,
        Denied,
    ],
)  # fmt: skip
def issue_vouchers(command: IssueVouchers, caller: Caller) -> IssuedVouchers:
    """Give each of many people a voucher for one payment, ahead of time; the money leaves your
    balance at once, and what is not used comes back.
    """
    vouchers = services.issue(
        funder_id=caller.person, people=command.people, amount=command.amount,
        currency=command.currency, note=command.note, opens_at=command.opens_at,
        expires_at=command.expires_at, at=caller.at, device_id=caller.device_id,
    )  # fmt: skip
    return IssuedVouchers(vouchers=[VoucherShown.of(one, caller.at) for one in vouchers])


@handles(ListVouchers, result=Vouchers, family=FAMILY, reads=True)
def list_vouchers(command: ListVouchers, caller: Caller) -> Vouchers:
    """List the vouchers that you hold, or those that you have issued, newest first."""
    page, more = selectors.list_vouchers(
        person_id=caller.person, role=command.role, before=command.before, limit=command.limit
    )
    return Vouchers(vouchers=[VoucherShown.of(one, caller.at) for one in page], more=more)
