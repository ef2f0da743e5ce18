"""Refusals about people's accounts."""

from commands.errors import Refusal


class AccountNotFound(Refusal):
    """The caller has no such account."""

    code = "wallet.account_not_found"
    status = 404
    message = "You have no such account."
