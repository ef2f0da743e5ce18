"""Which of several faults of a transfer is told, and those that only a table knows of."""

from wallet.ledger.table.clock import TIME_MAX
from wallet.ledger.table.lines import SECOND, TransferEvent

CREATED = "created"
# The most important first. Our ledger keeps this order among those that it decides; the rest are
# about fields that it does not have, and find their place between them here.
PRECEDENCE = (
    "linked_event_chain_open", "linked_event_failed", "imported_event_expected",
    "imported_event_not_expected", "imported_event_timestamp_out_of_range",
    "imported_event_timestamp_must_not_advance", "timestamp_must_be_zero", "reserved_flag",
    "id_must_not_be_zero", "id_must_not_be_int_max",
    "exists_with_different_flags", "exists_with_different_pending_id",
    "exists_with_different_timeout", "exists_with_different_debit_account_id",
    "exists_with_different_credit_account_id", "exists_with_different_amount",
    "exists_with_different_user_data_128", "exists_with_different_user_data_64",
    "exists_with_different_user_data_32", "exists_with_different_ledger",
    "exists_with_different_code", "exists", "id_already_failed", "flags_are_mutually_exclusive",
    "pending_id_must_not_be_zero", "pending_id_must_not_be_int_max", "pending_id_must_be_different",
    "debit_account_id_must_not_be_zero", "debit_account_id_must_not_be_int_max",
    "credit_account_id_must_not_be_zero", "credit_account_id_must_not_be_int_max",
    "accounts_must_be_different", "pending_id_must_be_zero",
    "timeout_reserved_for_pending_transfer", "closing_transfer_must_be_pending",
    "ledger_must_not_be_zero", "code_must_not_be_zero", "debit_account_not_found",
    "credit_account_not_found", "accounts_must_have_the_same_ledger",
    "transfer_must_have_the_same_ledger_as_accounts", "pending_transfer_not_found",
    "pending_transfer_not_pending", "pending_transfer_has_different_debit_account_id",
    "pending_transfer_has_different_credit_account_id", "pending_transfer_has_different_ledger",
    "pending_transfer_has_different_code", "exceeds_pending_transfer_amount",
    "pending_transfer_has_different_amount", "pending_transfer_already_posted",
    "pending_transfer_already_voided", "pending_transfer_expired",
    "imported_event_timestamp_must_not_regress",
    "imported_event_timestamp_must_postdate_debit_account",
    "imported_event_timestamp_must_postdate_credit_account", "imported_event_timeout_must_be_zero",
    "debit_account_already_closed", "credit_account_already_closed", "overflows_debits_pending",
    "overflows_credits_pending", "overflows_debits_posted", "overflows_credits_posted",
    "overflows_debits", "overflows_credits", "overflows_timeout", "exceeds_credits",
    "exceeds_debits", CREATED,
)  # fmt: skip
RANK = {name: rank for rank, name in enumerate(PRECEDENCE)}
# After one of these an id stays burned in a table. Not in our books, where the service makes an id
# for each attempt.
TRANSIENT = frozenset({
    "debit_account_not_found", "credit_account_not_found", "pending_transfer_not_found",
    "exceeds_credits", "exceeds_debits", "debit_account_already_closed",
    "credit_account_already_closed",
})  # fmt: skip
NEVER_RESOLVING = frozenset({"PEN", "BDR", "BCR", "CDR", "CCR"})


def first_of(verdicts: set[str]) -> str:
    """Return the most important of some verdicts."""
    return min(verdicts, key=lambda name: RANK.get(name, len(RANK)))


def form_faults(event: TransferEvent, *, time: int) -> set[str]:
    """Return what is wrong with an event in itself, of what our items cannot even say.

    `time` is the nanosecond it would be written at.
    """
    faults = set()
    if event.padding:
        faults.add("reserved_flag")
    if event.flags >= {"POS", "VOI"} or (event.resolves and event.flags & NEVER_RESOLVING):
        faults.add("flags_are_mutually_exclusive")
    if "IMP" in event.flags and event.timeout:
        faults.add("imported_event_timeout_must_be_zero")
    if time + event.timeout * SECOND > TIME_MAX:
        faults.add("overflows_timeout")
    return faults


def differences(
    event: TransferEvent, existing: TransferEvent, pending: TransferEvent | None
) -> set[str]:
    """Return how an event differs from the one that has its id, in fields that ours do not have.

    A resolution that leaves user data open means that of the `pending` transfer.
    """
    found = set()
    if event.flags != existing.flags:
        found.add("exists_with_different_flags")
    if event.timeout != existing.timeout:
        found.add("exists_with_different_timeout")
    for name, place in (("user_data_64", 1), ("user_data_32", 2)):
        if inherited(event, pending, place) != existing.user_data[place]:
            found.add(f"exists_with_different_{name}")
    return found


def inherited(event: TransferEvent, pending: TransferEvent | None, place: int) -> int:
    """Return a piece of user data: the event's own, or where a resolution has none its pending
    transfer's.
    """
    if event.user_data[place] or not event.resolves or pending is None:
        return event.user_data[place]
    return pending.user_data[place]


def pending_faults(event: TransferEvent, pending: TransferEvent | None) -> set[str]:
    """Return how a resolution contradicts what it resolves, in what our resolutions may say anew.

    In our books a resolution has a code of its own.
    """
    if not event.resolves or not event.code or pending is None or "PEN" not in pending.flags:
        return set()
    return {"pending_transfer_has_different_code"} if event.code != pending.code else set()
