"""Refusals about payments that are judged, and about those that wait for a decision."""

from commands.errors import Refusal


class Denied(Refusal):
    """The payment is refused; the detail has a number for the support and gives no reason."""

    code = "risk.denied"
    status = 403
    message = "This payment is not possible. The support knows it as {support}."


class UnderReview(Refusal):
    """The transfer is being looked at by a person; until then it is neither taken nor returned."""

    code = "transfer.under_review"
    status = 409
    message = "This transfer is being reviewed; please wait."


class ReviewNotFound(Refusal):
    """There is no such payment under review."""

    code = "review.not_found"
    status = 404
    message = "There is no such payment under review."


class ReviewClosed(Refusal):
    """The payment was released or returned already, or its time has run out."""

    code = "review.closed"
    status = 409
    message = "This payment is no longer under review: {status}."


class ReviewNeedsSomebodyElse(Refusal):
    """Nobody decides about a payment from or to themselves, and above an amount a second person
    decides with the first.
    """

    code = "review.needs_somebody_else"
    status = 403
    message = "Somebody else of the risk team must do this."


class RuleNotFound(Refusal):
    """There is no such rule."""

    code = "rules.not_found"
    status = 404
    message = "There is no rule {rule!r}."


class ThresholdInvalid(Refusal):
    """The rule has no such threshold, or the value makes no sense for it."""

    code = "rules.threshold_invalid"
    status = 400
    message = "{rule} cannot be set so: {reason}"
