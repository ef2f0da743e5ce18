"""Row locks on accounts outside `ledger_post_batch`, and the order in which all locks are taken."""

from uuid import UUID

from wallet.ledger.models import Account

# Note [Lock order]
# Everywhere the same order, so that two commands queue instead of crossing: the product's own row
# (a loan, a split, a transfer, an envelope), the borrower's credit row, trust lines by id, accounts
# by id, the room. Within a kind always lowest id first. `ledger_post_batch` sorts the accounts of
# its items itself; a command posts to the ledger once, so that all its accounts are locked in one
# go. The room comes last because its number is handed out under its lock and everybody in the room
# waits for it.


def lock_account(*, account_id: UUID) -> Account:
    """Lock one account until the transaction ends."""
    return Account.objects.select_for_update(no_key=True).get(id=account_id)
