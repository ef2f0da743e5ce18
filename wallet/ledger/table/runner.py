"""Running a table: every line that expects something gets what it got written beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from wallet.ledger.models import Account, Transfer
from wallet.ledger.services import LARGEST
from wallet.ledger.table.accounts import Accounts
from wallet.ledger.table.clock import Clock
from wallet.ledger.table.lines import (
    AccountEvent,
    Line,
    NotMapped,
    TransferEvent,
    read_account,
    read_amount,
    read_lines,
    read_number,
    read_setup,
    read_tick,
    read_transfer,
)
from wallet.ledger.table.throwaway import force_balances, throwaway_ledger
from wallet.ledger.table.transfers import Transfers

# What each operation takes.
OPERATIONS = {
    "create_accounts": "account", "create_transfers": "transfer",
    "lookup_accounts": "lookup_account", "lookup_transfers": "lookup_transfer",
}  # fmt: skip
# From here on an amount is shown as its distance from the largest.
NEAR = LARGEST - 10**15
Read = TypeVar("Read")


@dataclass(frozen=True)
class Answer:
    """What a line expects, and what it got."""

    line: Line
    expected: str
    got: str


@dataclass
class Report:
    """What became of a table's lines; those that are not mapped with the reason."""

    answers: list[Answer] = field(default_factory=list)
    # Lines that expect nothing themselves: operations, set-ups, ticks.
    done: int = 0
    not_mapped: list[tuple[Line, str]] = field(default_factory=list)

    @property
    def differing(self) -> list[Answer]:
        """Return the answers that are not the expected ones."""
        return [answer for answer in self.answers if answer.expected != answer.got]


def run_table(path: Path) -> Report:
    """Run a table on a ledger of its own. Raises OSError and UnicodeDecodeError."""
    lines = list(read_lines(path))
    with throwaway_ledger():
        table = Table()
        for line in lines:
            table.take(line)
        table.end()
    return table.report


class Table:
    """A table under way: what waits to be committed, and the ledger's state that we cannot keep."""

    def __init__(self) -> None:
        self.report = Report()
        self._clock = Clock()
        self._accounts = Accounts()
        self._transfers = Transfers(self._accounts, self._clock)
        self._waiting: list[Line] = []
        self._kinds: dict[str, Callable[[Line], None]] = {
            "setup": self._set_up, "tick": self._tick, "commit": self._commit,
            **dict.fromkeys(OPERATIONS.values(), self._waiting.append),
        }  # fmt: skip

    def take(self, line: Line) -> None:
        """Do what a line says, or write down why that is nothing here."""
        try:
            if line.kind not in self._kinds:
                raise NotMapped("there is no such kind of line here")
            self._kinds[line.kind](line)
        except NotMapped as reason:
            self.report.not_mapped.append((line, str(reason)))

    def end(self) -> None:
        """Write down what no `commit` came for."""
        self._drop("no commit follows")

    def _drop(self, reason: str) -> None:
        self.report.not_mapped += [(line, reason) for line in self._waiting]
        self._waiting.clear()

    def _set_up(self, line: Line) -> None:
        number, balances = read_setup(line)
        account = Account.objects.filter(id=UUID(int=number)).first()
        if account is None:
            raise NotMapped(f"there is no account {line.fields[0]}")
        force_balances(account=account, balances=balances)
        self.report.done += 1

    def _tick(self, line: Line) -> None:
        nanoseconds, from_the_end = read_tick(line)
        self._clock.tick(nanoseconds, from_the_end=from_the_end)
        self._transfers.expire_due()
        self.report.done += 1

    def _commit(self, line: Line) -> None:
        wanted = OPERATIONS.get(" ".join(line.fields))
        if wanted is None:
            self._drop(f"commit {' '.join(line.fields)} is not mapped")
            raise NotMapped("there is no such operation here")
        batch = [one for one in self._waiting if one.kind == wanted]
        strangers = [one for one in self._waiting if one.kind != wanted]
        self._waiting.clear()
        self.report.not_mapped += [
            (one, f"it stands before commit {line.fields[0]}") for one in strangers
        ]
        if wanted == "account":
            accounts = self._read(batch, read_account)
            used = frozenset(self._transfers.timestamps.values())
            self._answer(accounts, self._accounts.create(accounts, self._clock, used))
        elif wanted == "transfer":
            transfers = self._read(batch, read_transfer)
            self._answer(transfers, self._transfers.create(transfers))
        else:
            self._clock.begin()
            look_up = look_up_account if wanted == "lookup_account" else self._look_up_transfer
            self.report.answers += self._read(batch, look_up)
            self._transfers.expire_due()
        self.report.done += 1

    def _look_up_transfer(self, line: Line) -> Answer:
        """Compare whether a transfer exists, its amount or its time, with what a line says."""
        if len(line.fields) != 3 or line.fields[1] not in ("exists", "amount", "timestamp"):
            raise NotMapped("it says neither `exists` nor `amount` nor `timestamp`")
        number, what, said = line.fields
        transfer = Transfer.objects.filter(id=UUID(int=read_number(number))).first()
        if what == "exists":
            return Answer(line, f"exists {said}", f"exists {str(transfer is not None).lower()}")
        got = "not found"
        if what == "timestamp":
            if transfer:
                got = str(self._transfers.timestamps[transfer.id.int])
            return Answer(line, f"timestamp {read_number(said, 64)}", f"timestamp {got}")
        if transfer:
            got = shown(transfer.amount)
        return Answer(line, f"amount {shown(read_amount(said))}", f"amount {got}")

    def _read(self, batch: list[Line], read: Callable[[Line], Read]) -> list[Read]:
        found = []
        for line in batch:
            try:
                found.append(read(line))
            except NotMapped as reason:
                self.report.not_mapped.append((line, str(reason)))
        return found

    def _answer(self, events: Sequence[AccountEvent | TransferEvent], results: list[str]) -> None:
        self.report.answers += [
            Answer(event.line, event.expected, result)
            for event, result in zip(events, results, strict=True)
        ]


def look_up_account(line: Line) -> Answer:
    """Compare an account's balances, and whether it is closed, with what a line says of them."""
    if len(line.fields) != 6 and line.fields[1:] != ("_",):
        raise NotMapped("it says neither four balances and CLSD or _, nor that there is none")
    account = Account.objects.filter(id=UUID(int=read_number(line.fields[0]))).first()
    got = "not found"
    if account is not None:
        balances = (
            account.debits_pending, account.debits_posted,
            account.credits_pending, account.credits_posted,
        )  # fmt: skip
        got = " ".join([*map(shown, balances), "CLSD" if account.closed else "_"])
    if len(line.fields) == 2:
        return Answer(line, "not found", got)
    *balances_said, closed = line.fields[1:]
    said = " ".join([*(shown(read_amount(text)) for text in balances_said), closed])
    return Answer(line, said, got)


def shown(amount: int) -> str:
    """Return an amount as tables write it."""
    return f"-{LARGEST - amount}" if amount > NEAR else str(amount)
