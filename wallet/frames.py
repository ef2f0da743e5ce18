"""Fields that commands with money share."""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from commands.frames import Command, Currency, Pin
from wallet.ledger.errors import AmountInvalid

PaymentPin = Annotated[
    Pin | None,
    Field(
        description="Asked for above 200 yuan a payment or 1,000 a day once one is set"
        " (`wallet.pin_required`)."
    ),
]


class MoneyCommand(Command):
    """A command that moves money in a currency that the caller chooses."""

    currency: Currency = "CNY"
    pin: PaymentPin = None


class SettledMoneyCommand(Command):
    """A command that moves money in the currency of the thing it is about."""

    currency: Currency | None = None
    pin: PaymentPin = None


def require_currency(command: SettledMoneyCommand, find_currency: Callable[[], str]) -> None:
    """Raise AmountInvalid when the command names another currency than the thing has, which is
    looked up only then.
    """
    if command.currency is not None and command.currency != (currency := find_currency()):
        raise AmountInvalid(reason=f"This is in {currency}, not in {command.currency}.")
