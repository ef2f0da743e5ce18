"""Refusals about closing accounts."""

from commands.errors import Refusal


class StillOpen(Refusal):
    """Something stands open on the account; `detail` lists it."""

    code = "wallet.still_open"
    status = 409
    message = "This account cannot be closed yet: something stands open."
