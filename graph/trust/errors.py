"""Refusals about trust lines."""

from commands.errors import Refusal


class BelowReserved(Refusal):
    """Open loans already use more of the line than it would have."""

    code = "trust.below_reserved"
    status = 409
    message = "Open loans use {reserved} of this line; it cannot go below that."
