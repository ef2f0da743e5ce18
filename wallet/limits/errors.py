"""Refusals about payment PINs; that of a limit is the ledger's."""

from commands.errors import Refusal
from wallet.ledger.errors import REFUSALS


class PinRequired(Refusal):
    """The payment is large enough to be asked for the payment PIN."""

    code = "wallet.pin_required"
    status = 403
    message = "This payment needs your payment PIN."


class PinWrong(Refusal):
    """That is not the payment PIN."""

    code = "wallet.pin_wrong"
    status = 403
    message = "The payment PIN is wrong; tries left: {tries_left}."


class PinLocked(Refusal):
    """Too many wrong payment PINs; wait, or set one anew with the password."""

    code = "wallet.pin_locked"
    status = 403
    message = "The payment PIN is locked until {until}."


class PinWeak(Refusal):
    """The payment PIN is one that others would try first."""

    code = "wallet.pin_weak"
    status = 400
    message = "This PIN is too easy to guess."


# The ledger judges these while it posts; see Note [Outgoing] in wallet/limits/sql/outgoing.sql.
REFUSALS.update(pin_required=PinRequired, pin_locked=PinLocked)
