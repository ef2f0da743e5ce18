"""Refusals about bill splits."""

from commands.errors import Refusal


class SplitNotFound(Refusal):
    """There is no such split, or it is not the caller's to see or to answer."""

    code = "split.not_found"
    status = 404
    message = "There is no such bill."


class AlreadyPaid(Refusal):
    """The share is paid."""

    code = "split.already_paid"
    status = 409
    message = "This share is already paid."


class SplitClosed(Refusal):
    """The split was cancelled, or the share declined, or there is nothing to pay."""

    code = "split.closed"
    status = 409
    message = "There is nothing to pay here any more."
