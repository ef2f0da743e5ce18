"""Refusals about disputes."""

from commands.errors import Refusal


class DisputeNotFound(Refusal):
    """There is no such dispute, or it is not the caller's to see."""

    code = "dispute.not_found"
    status = 404
    message = "There is no such dispute."


class DisputeExists(Refusal):
    """The payment is in dispute, or was."""

    code = "dispute.exists"
    status = 409
    message = "This payment was disputed already."


class NotDisputable(Refusal):
    """Only what one paid oneself, not long ago, and no loan or reversal, can be disputed."""

    code = "dispute.not_possible"
    status = 409
    message = "This payment cannot be disputed: {reason}."


class WrongStep(Refusal):
    """The dispute is not where this step could be taken."""

    code = "dispute.wrong_step"
    status = 409
    message = "This cannot be done: the dispute is {status}."


class PayerClosed(Refusal):
    """Who paid has closed the account that it would come back to; it can only be rejected."""

    code = "dispute.payer_closed"
    status = 409
    message = "Who paid has closed their account: nothing can be given back."


class SomebodyElse(Refusal):
    """Who proposed cannot confirm, and who paid or was paid decides nothing."""

    code = "dispute.needs_somebody_else"
    status = 403
    message = "Somebody else of the staff must do this."
