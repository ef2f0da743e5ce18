"""Refusals about bank channels."""

from commands.errors import Refusal


class ChannelUnknown(Refusal):
    """There is no such bank channel here."""

    code = "wallet.channel_unknown"
    status = 404
    message = "There is no bank channel {channel!r}."


class ChannelAway(Refusal):
    """No bank takes payments over this channel at the moment; nothing moved."""

    code = "wallet.channel_away"
    status = 503
    message = "The bank cannot be reached over {channel!r} at the moment; nothing was paid."
    retryable = True


class BankRefused(Refusal):
    """The bank has refused the payment; nothing moved."""

    code = "wallet.bank_refused"
    status = 409
    message = "The bank {channel!r} has refused this: {reason}."


class PaymentNotFound(Refusal):
    """There is no such payment at a bank, or it is somebody else's."""

    code = "wallet.bank_payment_not_found"
    status = 404
    message = "There is no such payment."
