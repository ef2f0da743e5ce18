"""Refusals about receipts."""

from commands.errors import Refusal


class ReceiptNotFound(Refusal):
    """There is no payment with this number, or it was not from or to the caller."""

    code = "receipt.not_found"
    status = 404
    message = "There is no such receipt."
