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


class PaymentRequestAtBank(Refusal):
    """A bank was asked for a part of it and has not said whether it pays; `detail` names that
    payment. Other sources than a bank may pay meanwhile.
    """

    code = "payment_request.at_bank"
    status = 409
    message = "A bank that was asked for a part of this has not answered yet."


class PaymentRequestBankPaid(Refusal):
    """A bank has paid a part of it already, which lies on the balance: it is paid from there, or
    by the command that asked the bank, sent again. `detail` names that payment.
    """

    code = "payment_request.bank_paid"
    status = 409
    message = "A bank has paid for this already: the money is on your balance."


class PaymentRequestNotPaid(Refusal):
    """The bank has paid its part, which lies on the balance, but by then the request could not be
    paid, for the reason in `detail`.
    """

    code = "payment_request.not_paid"
    status = 409
    message = "The bank's part has come and is on your balance, but this could not be paid."
