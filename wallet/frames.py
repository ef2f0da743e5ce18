"""Fields that commands with money share."""

from commands.frames import Command, Currency, Pin


class MoneyCommand(Command):
    """A command that moves money: the currency, and the payment PIN where one is set."""

    currency: Currency = "CNY"
    pin: Pin | None = None
