"""The order in which all locks are taken; accounts are locked by `ledger_post_batch` alone."""

# Note [Lock order]
# Everywhere the same order, so that two commands queue instead of crossing: the product's own row
# (a loan, a split, a transfer, an envelope), the borrower's credit row, trust lines by id, accounts
# by id, the room. Within a kind always lowest id first. `ledger_post_batch` sorts the accounts of
# its items itself; a command posts to the ledger once, so that all its accounts are locked in one
# go. The room comes last because its number is handed out under its lock and everybody in the room
# waits for it.
