"""Refusals of the ledger, and which of its statuses each one stands for."""

from commands.errors import Refusal


class AmountInvalid(Refusal):
    """The amount makes no sense here: it does not add up, or is too small or too large."""

    code = "wallet.amount_invalid"
    status = 400
    message = "{reason}"


class SameAccount(Refusal):
    """Payer and receiver are the same."""

    code = "wallet.same_account"
    status = 400
    message = "One cannot pay oneself."


class InsufficientFunds(Refusal):
    """The payer does not have that much available."""

    code = "wallet.insufficient_funds"
    status = 409
    message = "There is not enough money available for this."


class Frozen(Refusal):
    """One of the accounts is frozen or closed."""

    code = "wallet.frozen"
    status = 403
    message = "This account is frozen."


class LimitExceeded(Refusal):
    """So much may not be paid, or held by the receiver, or be counted by the books."""

    code = "wallet.limit_exceeded"
    status = 403
    message = "This would exceed a limit of the account."


class NotPending(Refusal):
    """The transfer was accepted, returned or has expired already."""

    code = "transfer.not_pending"
    status = 409
    message = "This transfer is no longer pending."


class AlreadyReversed(Refusal):
    """The transfer was taken back before; that happens at most once."""

    code = "wallet.already_reversed"
    status = 409
    message = "This payment has been taken back already."


# What became of a hold that can be resolved no more, as a client knows it.
RESOLVED = {
    "pending_transfer_already_posted": "accepted",
    "pending_transfer_already_voided": "returned",
    "pending_transfer_expired": "expired",
    "pending_transfer_not_found": "unknown",
}

# Statuses of ledger_post_batch that a client can bring about. Any other is a mistake of ours.
REFUSALS: dict[str, type[Refusal]] = {
    "accounts_must_be_different": SameAccount,
    "exceeds_credits": InsufficientFunds,
    "exceeds_debits": LimitExceeded,
    "exceeds_payment_limit": LimitExceeded,
    "exceeds_day_limit": LimitExceeded,
    "exceeds_year_limit": LimitExceeded,
    "overflows_debits": LimitExceeded,
    "overflows_credits": LimitExceeded,
    "overflows_debits_pending": LimitExceeded,
    "overflows_credits_pending": LimitExceeded,
    "overflows_debits_posted": LimitExceeded,
    "overflows_credits_posted": LimitExceeded,
    "debit_account_already_closed": Frozen,
    "credit_account_already_closed": Frozen,
    "debit_account_barred": Frozen,
    "credit_account_barred": Frozen,
    "transfer_already_reversed": AlreadyReversed,
    **dict.fromkeys(RESOLVED, NotPending),
}
