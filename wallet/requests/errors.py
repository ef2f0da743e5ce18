"""Refusals about payment requests."""

from commands.errors import Refusal


class PaymentRequestNotFound(Refusal):
    """There is no such payment request, or it is not the caller's to see or to answer."""

    code = "payment_request.not_found"
    status = 404
    message = "There is no such payment request."


class PaymentRequestNotOpen(Refusal):
    """The payment request was paid or declined, or has expired."""

    code = "payment_request.not_open"
    status = 409
    message = "There is nothing to pay here any more."
