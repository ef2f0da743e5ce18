"""Wire commands about one's own money."""

from typing import Annotated, Literal

from pydantic import Field

from commands.frames import Command, Id, Moment, PageSize, Result
from commands.registry import Caller, handles
from graph.people.selectors import get_tier
from graph.people.tiers import next_tier
from wallet.accounts import selectors
from wallet.accounts.errors import AccountNotFound
from wallet.accounts.selectors import EntryRow
from wallet.ledger.models import Account
from wallet.limits.commands import LimitShown, PinShown
from wallet.limits.selectors import find_pin, list_limits

FAMILY = "Wallet"


class GetWallet(Command):
    type: Literal["wallet.get"]


class ListEntries(Command):
    type: Literal["wallet.entries"]
    account: Id | None = None
    before: Id | None = None
    limit: PageSize = 50


class AccountShown(Result):
    account: Id
    kind: str
    currency: str
    balance: int
    held: int
    available: int

    @classmethod
    def of(cls, account: Account) -> "AccountShown":
        """Show an account to its owner."""
        return cls(
            account=account.id, kind=account.kind, currency=account.currency,
            balance=account.balance, held=account.held, available=account.available,
        )  # fmt: skip


class Wallet(Result):
    """`limits` stand in the order of the accounts."""

    accounts: list[AccountShown]
    tier: str
    next_tier: str | None
    limits: list[LimitShown]
    pin: PinShown


class EntryShown(Result):
    """An entry: `amount` has a sign, `balance` is what was there after it."""

    id: Id
    account: Id
    amount: int
    balance: int
    currency: str
    kind: str
    transfer: Id
    with_: Annotated[Id | None, Field(serialization_alias="with")]
    note: str
    at: Moment

    @classmethod
    def of(cls, entry: EntryRow) -> "EntryShown":
        """Show an entry to the owner of its account."""
        return cls(
            id=entry.id, account=entry.account_id, amount=entry.amount, balance=entry.balance,
            currency=entry.currency, kind=entry.kind, transfer=entry.transfer_id,
            with_=entry.other, note=entry.note, at=entry.at,
        )  # fmt: skip


class Entries(Result):
    entries: list[EntryShown]
    more: bool


class OneEntry(Result):
    entry: EntryShown


@handles(GetWallet, result=Wallet, family=FAMILY, reads=True)
def get_wallet(command: GetWallet, caller: Caller) -> Wallet:
    """Show your accounts: what is there, what is held, what you may spend and still pay today."""
    accounts = selectors.list_accounts(person_id=caller.person)
    tier = get_tier(person_id=caller.person)
    limits = list_limits(accounts=accounts, tier=tier, at=caller.at)
    return Wallet(
        accounts=[AccountShown.of(account) for account in accounts],
        tier=tier, next_tier=next_tier(tier),
        limits=[LimitShown.of(limit) for limit in limits],
        pin=PinShown.of(find_pin(person_id=caller.person), at=caller.at),
    )  # fmt: skip


@handles(ListEntries, result=Entries, family=FAMILY, reads=True, may_refuse=[AccountNotFound])
def list_entries(command: ListEntries, caller: Caller) -> Entries:
    """List what came in and went out, newest first."""
    accounts = [account.id for account in selectors.list_accounts(person_id=caller.person)]
    if command.account:
        if command.account not in accounts:
            raise AccountNotFound()
        accounts = [command.account]
    page, more = selectors.list_entries(
        account_ids=accounts, before=command.before, limit=command.limit
    )
    return Entries(entries=[EntryShown.of(entry) for entry in page], more=more)
