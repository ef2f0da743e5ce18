"""Wire commands about the payment PIN, and how limits are shown."""

from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from pydantic import Field

from commands.frames import Command, Id, Moment, Pin, Result, Text
from commands.registry import Caller, handles
from graph.people.errors import Locked, WrongCredentials
from wallet.limits import models, pins
from wallet.limits.errors import PinWeak
from wallet.limits.selectors import Limit

FAMILY = "Wallet"


class SetPin(Command):
    type: Literal["wallet.set_pin"]
    pin: Pin
    password: Annotated[Text, Field(max_length=1_000)]


class PartOfLimit(Result):
    most: int
    used: int
    left: int

    @classmethod
    def of(cls, most: int, used: int) -> "PartOfLimit":
        """Show a limit and what is left of it; a lowered one may have been passed before."""
        return cls(most=most, used=used, left=max(0, most - used))


class LimitShown(Result):
    """What may be paid to others from an account: at once, today and this year."""

    account: Id
    currency: str
    payment: int
    day: PartOfLimit
    year: PartOfLimit

    @classmethod
    def of(cls, limit: Limit) -> "LimitShown":
        """Show the limits of an account to its owner."""
        return cls(
            account=limit.account_id, currency=limit.currency, payment=limit.payment,
            day=PartOfLimit.of(limit.day, limit.paid_on_day),
            year=PartOfLimit.of(limit.year, limit.paid_in_year),
        )  # fmt: skip


class PinShown(Result):
    """Whether a payment PIN is set, above what it is asked for, and until when it is locked."""

    is_set: bool
    above_payment: int
    above_day: int
    locked_until: Moment | None

    @classmethod
    def of(cls, pin: models.Pin | None, *, at: datetime) -> "PinShown":
        """Show what there is to know of a PIN at a moment."""
        until = pin.locked_until if pin else None
        return cls(
            is_set=pin is not None, above_payment=settings.PIN_ABOVE_PAYMENT,
            above_day=settings.PIN_ABOVE_DAY, locked_until=until if until and until > at else None,
        )  # fmt: skip


class PinNow(Result):
    pin: PinShown


class WalletNow(Result):
    wallet: PinNow


def _hash(command: SetPin, caller: Caller) -> str:
    # Before the transaction: a wrong password is counted although the change is refused, and
    # hashing takes its time.
    return pins.check_new_pin(
        person_id=caller.person, pin=command.pin, password=command.password
    )  # fmt: skip


@handles(
    SetPin, result=WalletNow, family=FAMILY, prepare=_hash,
    may_refuse=[PinWeak, WrongCredentials, Locked],
)  # fmt: skip
def set_pin(command: SetPin, caller: Caller, hashed: str) -> WalletNow:
    """Set your payment PIN, or a new one; one that is locked is open again."""
    pin = pins.set_pin(person_id=caller.person, hashed=hashed, at=caller.at)
    return WalletNow(wallet=PinNow(pin=PinShown.of(pin, at=caller.at)))
