"""Refusals about people and their accounts."""

from commands.errors import Refusal


class PersonNotFound(Refusal):
    """Nobody has this id."""

    code = "person.not_found"
    status = 404
    message = "There is no such person."


class UsernameTaken(Refusal):
    """Somebody else has the username."""

    code = "account.username_taken"
    status = 409
    message = "The username {username!r} is taken."


class WeakPassword(Refusal):
    """The password is too easy to guess."""

    code = "account.weak_password"
    status = 400
    message = "{reason}"


class WrongCredentials(Refusal):
    """The username and the password do not belong together."""

    code = "auth.wrong_credentials"
    status = 401
    message = "The username or the password is wrong."


class AccountClosed(Refusal):
    """The account was closed for good; told only to who knows its password."""

    code = "auth.account_closed"
    status = 403
    message = "This account was closed."


class Locked(Refusal):
    """Too many wrong passwords."""

    code = "auth.locked"
    status = 429
    message = "Too many wrong tries; please wait a few minutes."
    retryable = True


class TierRequired(Refusal):
    """The command needs a better known person."""

    code = "wallet.tier_required"
    status = 403
    message = "This needs the tier {tier!r}; yours is {has!r}."


class ResetLinkInvalid(Refusal):
    """The link from the mail is too old, was used, or is not one of ours."""

    code = "account.reset_invalid"
    status = 400
    message = "This link is no longer valid; ask for a new one."


class DeviceNotFound(Refusal):
    """The caller is not signed in by such a device, or not any more."""

    code = "device.not_found"
    status = 404
    message = "There is no such device."
