"""Refusals about transfers."""

from commands.errors import Refusal


class TransferNotFound(Refusal):
    """There is no such transfer, or it is not the caller's to see or to answer."""

    code = "transfer.not_found"
    status = 404
    message = "There is no such transfer."
