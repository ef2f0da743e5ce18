"""Reading accounts and entries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from wallet.accounts.errors import AccountNotFound
from wallet.accounts.services import BALANCE, HOME, account_id_of
from wallet.ledger.models import Account

ENTRIES = """
    SELECT e.id, e.account_id, e.amount, e.balance, t.code, e.transfer_id,
           NULLIF(other.owner_id, mine.owner_id), t.note, e.at, t.currency
    FROM ledger_entry AS e
    JOIN ledger_transfer AS t ON t.id = e.transfer_id
    JOIN ledger_account AS mine ON mine.id = e.account_id
    JOIN ledger_account AS other
      ON other.id = CASE e.account_id WHEN t.debit_account_id THEN t.credit_account_id
                                      ELSE t.debit_account_id END
    WHERE e.account_id = ANY (%(accounts)s) AND (%(before)s::uuid IS NULL OR e.id < %(before)s)
    ORDER BY e.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class EntryRow:
    """An entry as its owner sees it: the signed amount, the balance after it, and who was on the
    other side.
    """

    id: UUID
    account_id: UUID
    amount: int
    balance: int
    kind: str
    transfer_id: UUID
    other: UUID | None
    note: str
    at: datetime
    currency: str


def list_accounts(*, person_id: UUID) -> list[Account]:
    """Return the person's accounts, that in CNY first, which everybody has.

    One in another currency appears with the first money in it: an offer opens it so that the hold
    knows where it goes, and nobody fills a stranger's wallet by offering.
    """
    rows = Account.objects.filter(owner_id=person_id, kind=BALANCE)
    accounts = [row for row in rows if row.currency == HOME or row.version]
    if all(account.currency != HOME for account in accounts):
        # Shown as it will be opened; a read writes nothing.
        account_id = account_id_of(person_id=person_id, currency=HOME)
        accounts.append(Account(id=account_id, owner_id=person_id, kind=BALANCE, currency=HOME))
    return sorted(accounts, key=lambda account: (account.currency != HOME, account.currency))


def access_accounts(*, person_id: UUID, account_id: UUID | None) -> list[Account]:
    """Return the person's accounts, or the one that is named. Raises AccountNotFound."""
    accounts = list_accounts(person_id=person_id)
    if account_id is None:
        return accounts
    named = [account for account in accounts if account.id == account_id]
    if not named:
        raise AccountNotFound()
    return named


def list_entries(
    *, account_ids: list[UUID], before: UUID | None, limit: int
) -> tuple[list[EntryRow], bool]:
    """Return a page of entries of the accounts, newest first, and whether there are more."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, {"accounts": account_ids, "before": before, "limit": limit + 1})
        rows = [EntryRow(*row) for row in cursor.fetchall()]
    return rows[:limit], len(rows) > limit


def last_entry(*, account_id: UUID) -> EntryRow:
    """Return the account's newest entry; there must be one."""
    (entry,), _ = list_entries(account_ids=[account_id], before=None, limit=1)
    return entry
