"""Refusals about loans."""

from commands.errors import Refusal


class LoanNotFound(Refusal):
    """There is no such loan, or it is not the caller's to see or to answer."""

    code = "loan.not_found"
    status = 404
    message = "There is no such loan."


class OverLimit(Refusal):
    """The trust between the two does not carry that much."""

    code = "loan.over_limit"
    status = 403
    message = "This lender can lend this borrower {limit} at most."


class OwnCap(Refusal):
    """The borrower may not owe that much."""

    code = "loan.own_cap"
    status = 403
    message = "You can borrow {limit} more at most."


class NotOpen(Refusal):
    """The loan is not in a state in which this can be done."""

    code = "loan.not_open"
    status = 409
    message = "This loan is {status}."


class TooManyAsks(Refusal):
    """The borrower has as many open asks as one may have."""

    code = "loan.too_many_asks"
    status = 409
    message = "You have {most} open asks already."


class TooLong(Refusal):
    """The loan would run longer than its lender may extend it."""

    code = "loan.too_long"
    status = 409
    message = "A loan can be extended by {most} days in all, this one by {left} more."


class NoAllowance(Refusal):
    """The caller has given this person no standing permission."""

    code = "loan.no_allowance"
    status = 404
    message = "You have given this person no standing permission."


class UntilInvalid(Refusal):
    """A standing permission would end in the past, or too far ahead."""

    code = "loan.until_invalid"
    status = 400
    message = "A standing permission ends later than now and within {most} days."
