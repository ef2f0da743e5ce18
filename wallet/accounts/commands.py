"""Wire commands about one's own money."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from commands.errors import Malformed
from commands.frames import Command, Day, Download, Id, Moment, PageSize, Result
from commands.registry import Caller, handles
from graph.people.selectors import get_tier
from graph.people.tiers import next_tier
from wallet.accounts import selectors
from wallet.accounts.errors import AccountNotFound
from wallet.accounts.numbers import number_of
from wallet.accounts.selectors import EntryRow
from wallet.accounts.statements import make_statements, write_csv
from wallet.days import day_of, start_of
from wallet.ledger.models import Account
from wallet.ledger.selectors import cut_at
from wallet.ledger.statements import Statement
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


# A moment, or a date of the service's time zone.
SomeDay = Annotated[Day, Field(ge=date(1970, 1, 1), le=date(9998, 12, 31))]
When = Annotated[Moment | SomeDay, Field(union_mode="left_to_right")]


class GetStatement(Command):
    type: Literal["wallet.statement"]
    since: When = Field(alias="from")
    until: Annotated[When, Field(alias="to", description="A date is included, a moment is not.")]


class GetBalance(Command):
    type: Literal["wallet.balance"]
    account: Id | None = None
    at: Annotated[
        When, Field(description="What a statement up to here closes with: a date is included.")
    ]


class Export(Command):
    type: Literal["wallet.export"]
    since: When = Field(alias="from")
    until: Annotated[When, Field(alias="to", description="A date is included, a moment is not.")]


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
    """An entry: `amount` has a sign, `balance` is what was there after it; `receipt` is the number
    of a payment from or to somebody.
    """

    id: Id
    account: Id
    amount: int
    balance: int
    currency: str
    kind: str
    transfer: Id
    with_: Annotated[Id | None, Field(serialization_alias="with")]
    note: str
    receipt: str | None
    at: Moment

    @classmethod
    def of(cls, entry: EntryRow) -> "EntryShown":
        """Show an entry to the owner of its account."""
        return cls(
            id=entry.id, account=entry.account_id, amount=entry.amount, balance=entry.balance,
            currency=entry.currency, kind=entry.kind, transfer=entry.transfer_id,
            with_=entry.other, note=entry.note,
            receipt=number_of(entry.transfer_id) if entry.other else None, at=entry.at,
        )  # fmt: skip


class Entries(Result):
    entries: list[EntryShown]
    more: bool


class OneEntry(Result):
    entry: EntryShown


class StatementShown(Result):
    """One account between two moments: `closing` is `opening` and `in` less `out`."""

    account: Id
    currency: str
    opening: int
    closing: int
    in_: Annotated[int, Field(serialization_alias="in")]
    out: int
    entries: int

    @classmethod
    def of(cls, statement: Statement) -> "StatementShown":
        """Show a statement without its entries."""
        return cls(
            account=statement.account_id, currency=statement.currency,
            opening=statement.opening, closing=statement.closing, in_=statement.money_in,
            out=statement.money_out, entries=statement.entries,
        )  # fmt: skip


class Statements(Result):
    since: Annotated[Moment, Field(serialization_alias="from")]
    until: Annotated[Moment, Field(serialization_alias="to")]
    statements: list[StatementShown]


class PastBalance(Result):
    account: Id
    currency: str
    balance: int


class PastBalances(Result):
    """What stood in each account just before `at`."""

    at: Moment
    balances: list[PastBalance]


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
    accounts = selectors.access_accounts(person_id=caller.person, account_id=command.account)
    page, more = selectors.list_entries(
        account_ids=[account.id for account in accounts], before=command.before,
        limit=command.limit,
    )  # fmt: skip
    return Entries(entries=[EntryShown.of(entry) for entry in page], more=more)


@handles(GetBalance, result=PastBalances, family=FAMILY, reads=True, may_refuse=[AccountNotFound])
def get_balance(command: GetBalance, caller: Caller) -> PastBalances:
    """Show what stood in each of your accounts, or in one of them, at a moment."""
    end = _end_of(command.at)
    accounts = selectors.access_accounts(person_id=caller.person, account_id=command.account)
    return PastBalances(
        at=end,
        balances=[
            PastBalance(
                account=account.id, currency=account.currency,
                balance=cut_at(account_id=account.id, moment=end).balance,
            )
            for account in accounts
        ],
    )  # fmt: skip


def _end_of(when: datetime | date) -> datetime:
    return when if isinstance(when, datetime) else start_of(when + timedelta(days=1))


def _bounds(command: GetStatement | Export) -> tuple[datetime, datetime]:
    since, until = command.since, command.until
    begin = since if isinstance(since, datetime) else start_of(since)
    end = _end_of(until)
    if begin > end or (begin == end and since != until):
        raise Malformed("to: It must not be before from.", field="to")
    return begin, end


@handles(GetStatement, result=Statements, family=FAMILY, reads=True)
def get_statement(command: GetStatement, caller: Caller) -> Statements:
    """Show what each of your accounts had at the start and the end of a time, and what came in and
    went out between.
    """
    since, until = _bounds(command)
    made = make_statements(person_id=caller.person, since=since, until=until)
    shown = [StatementShown.of(statement) for statement in made]
    return Statements(since=since, until=until, statements=shown)


@handles(Export, result=Download, family=FAMILY, reads=True, http_only=True, raw="text/csv")
def export(command: Export, caller: Caller) -> Download:
    """Write what came in and went out of your accounts in a time as CSV, with the opening and the
    closing balance of each.
    """
    since, until = _bounds(command)
    made = make_statements(person_id=caller.person, since=since, until=until)
    last = max(since, until - timedelta(microseconds=1))
    name = f"kith-{day_of(since)}-{day_of(last)}.csv"
    return Download(name=name, chunks=write_csv(made))
