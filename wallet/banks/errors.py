"""Refusals about bank channels."""

from commands.errors import Refusal


class ChannelUnknown(Refusal):
    """There is no such bank channel here."""

    code = "wallet.channel_unknown"
    status = 404
    message = "There is no bank channel {channel!r}."
