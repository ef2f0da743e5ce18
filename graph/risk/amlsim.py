"""Reading a folder of transfers as AMLSim writes it, under any of its names."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

from graph.risk.detectors.transfers import Transfer

# Column names are compared without case and without anything but letters and digits.
SOURCES = (
    "sourcenodeid", "senderaccountid", "origacct", "nameorig", "source", "sourceid", "sender",
    "senderid", "src", "from", "fromid",
)  # fmt: skip
TARGETS = (
    "targetnodeid", "receiveraccountid", "beneacct", "namedest", "target", "targetid", "receiver",
    "receiverid", "dst", "to", "toid",
)  # fmt: skip
AMOUNTS = ("value", "txamount", "baseamt", "amount")
TIMES = ("time", "timestamp", "trantimestamp", "step", "date")
ACCOUNTS = ("nodeid", "accountid", "acctid", "clientid", "account", "id")
LABELS = ("isfraud", "issar", "priorsarcount", "fraud", "sar")
TRANSFER_FILES = ("transactions", "tx", "transfers")
ACCOUNT_FILES = ("nodes", "accounts", "account")
MEMBER_FILES = ("alert_members", "alert_accounts", "sar_accounts", "alerts")
TRUE = ("1", "true", "t", "yes", "y")
FALSE = ("0", "false", "f", "no", "n", "")

DAY = 86_400
CENT = Decimal(1)


class BadFolder(Exception):
    """The folder, or a line in it, is not what AMLSim writes; says which."""


@dataclass(frozen=True)
class AmlsimSet:
    """The transfers of a folder, its accounts, and who is labelled; None where nobody says.

    Opening balances and the time of a fraud are not read: they tell what is to be found.
    """

    transfers: list[Transfer]
    accounts: frozenset[str]
    labelled: frozenset[str] | None


def read_folder(folder: Path) -> AmlsimSet:
    """Read a folder. Raises BadFolder with the file and line at fault."""
    path = _find(folder, TRANSFER_FILES)
    if path is None:
        raise BadFolder(f"{folder}: there is no transactions.csv or transactions.csv.gz.")
    transfers, in_labelled = _read_transfers(path)
    listed, labelled = _read_labels(folder)
    if labelled is None:
        labelled = in_labelled
    seen = {account for one in transfers for account in (one.source, one.target)}
    return AmlsimSet(transfers, frozenset(seen | listed), labelled)


def _find(folder: Path, names: tuple[str, ...]) -> Path | None:
    if not folder.is_dir():
        raise BadFolder(f"{folder}: there is no such folder.")
    present = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
    for name in names:
        for ending in (".csv", ".csv.gz"):
            if name + ending in present:
                return present[name + ending]
    return None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line's number and its cells by the plain names of their columns."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            names = [_plain(name) for name in next(reader, [])]
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(names):
                    raise BadFolder(
                        f"{path.name}, line {reader.line_num}: {len(cells)} cells"
                        f" under {len(names)} names."
                    )
                yield reader.line_num, dict(zip(names, map(str.strip, cells), strict=True))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadFolder(f"{path.name}: cannot be read: {error}.") from error


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _pick(path: Path, row: Mapping[str, str], names: tuple[str, ...]) -> str:
    for name in names:
        if name in row:
            return name
    raise BadFolder(f"{path.name}, line 1: there is no column such as {names[0]} or {names[1]}.")


def _read_transfers(path: Path) -> tuple[list[Transfer], frozenset[str] | None]:
    """Return the transfers, and the two sides of those that are labelled; None where none says."""
    transfers: list[Transfer] = []
    labelled: set[str] = set()
    columns: list[str] = []
    label: str | None = None
    for line, row in _rows(path):
        label = next((name for name in LABELS if name in row), None)
        columns = columns or [
            _pick(path, row, names) for names in (SOURCES, TARGETS, AMOUNTS, TIMES)
        ]
        source, target, amount, at = (row[name] for name in columns)
        try:
            transfers.append(Transfer(source, target, _read_amount(amount), _read_time(at)))
        except ValueError as error:
            raise BadFolder(f"{path.name}, line {line}: {error}.") from None
        if label is not None and _read_label(path, line, row[label]):
            labelled |= {source, target}
    return transfers, None if label is None else frozenset(labelled)


def _read_amount(text: str) -> int:
    """Return the amount in hundredths, rounded half up once."""
    try:
        amount = Decimal(text)
        if amount.is_finite() and amount >= 0:
            return int((amount * 100).quantize(CENT, ROUND_HALF_UP))
    except InvalidOperation:
        pass
    raise ValueError(f"{text!r} is no amount")


def _read_time(text: str) -> int:
    """Return the step as it is, or the day of a date."""
    for read in (int, lambda number: int(float(number))):
        try:
            return read(text)
        except (ValueError, OverflowError):
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time") from None
    return (moment.replace(tzinfo=UTC).date() - date(1970, 1, 1)).days


def _read_labels(folder: Path) -> tuple[set[str], frozenset[str] | None]:
    """Return the accounts listed, and those labelled: as the accounts' file says, unless it labels
    nobody and there is a list of alerts, which says so then.
    """
    listed: set[str] = set()
    members_path = _find(folder, MEMBER_FILES)
    path = _find(folder, ACCOUNT_FILES)
    if path is not None:
        labelled: set[str] = set()
        says = False
        for line, row in _rows(path):
            account = row[_pick(path, row, ACCOUNTS)]
            listed.add(account)
            label = next((name for name in LABELS if name in row), None)
            if label is not None:
                says = True
                if _read_label(path, line, row[label]):
                    labelled.add(account)
        if says and (labelled or members_path is None):
            return listed, frozenset(labelled)
    if members_path is None:
        return listed, None
    members: set[str] = set()
    for line, row in _rows(members_path):
        label = next((name for name in LABELS if name in row), None)
        if label is None or _read_label(members_path, line, row[label]):
            members.update(_list_members(members_path, row))
    return listed, frozenset(members)


def _list_members(path: Path, row: Mapping[str, str]) -> list[str]:
    """Return who an alert's line names: a member, or the two sides of a transfer."""
    if any(name in row for name in ACCOUNTS):
        return [row[_pick(path, row, ACCOUNTS)]]
    return [row[_pick(path, row, SOURCES)], row[_pick(path, row, TARGETS)]]


def _read_label(path: Path, line: int, text: str) -> bool:
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    try:
        return float(text) > 0
    except ValueError:
        raise BadFolder(f"{path.name}, line {line}: {text!r} is no label.") from None
