"""Reading a table: its lines, and what stands in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wallet.ledger.services import LARGEST

WIDE = 2**128 - 1
NUMBER = re.compile(r"([A-Za-z]?)(-?)(\d+)")
# Kinds of lines and how many words each has, the kind itself included.
FIELDS = {"account": 21, "transfer": 24, "setup": 6, "tick": 3, "commit": 2}
ACCOUNT_FLAGS = ("LNK", "D<C", "C<D", "HIST", "IMP", "CLSD")
TRANSFER_FLAGS = ("LNK", "PEN", "POS", "VOI", "BDR", "BCR", "IMP", "CDR", "CCR")


class NotMapped(Exception):
    """A line that stands for nothing here, and why."""


@dataclass(frozen=True)
class Line:
    """A line of a table: where it stands, its kind and its other fields."""

    number: int
    kind: str
    fields: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return what is printed for it."""
        return f"{self.kind} {self.fields[0]}" if self.fields else self.kind


@dataclass(frozen=True)
class AccountEvent:
    """An account that a table asks for."""

    line: Line
    id: int
    balances: tuple[int, int, int, int]
    user_data: tuple[int, int, int]
    reserved: int
    ledger: int
    code: int
    flags: frozenset[str]
    padding: int
    timestamp: int
    expected: str


@dataclass(frozen=True)
class TransferEvent:
    """A transfer that a table asks for; the time-out is in seconds."""

    line: Line
    id: int
    debit: int
    credit: int
    amount: int
    pending: int
    user_data: tuple[int, int, int]
    timeout: int
    ledger: int
    code: int
    flags: frozenset[str]
    padding: int
    timestamp: int
    expected: str

    @property
    def resolves(self) -> bool:
        """Tell whether it posts or voids a pending transfer."""
        return bool(self.flags & {"POS", "VOI"})


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a file that are not empty and no comment.

    Raises OSError and UnicodeDecodeError.
    """
    for number, text in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        words = text.partition("//")[0].split()
        if words and not words[0].startswith("#"):
            yield Line(number, words[0], tuple(words[1:]))


def read_number(text: str, bits: int = 128) -> int:
    """Read a number: `_` is 0, `-5` the largest of its type less 5; letters only say of what."""
    if text == "_":
        return 0
    found = NUMBER.fullmatch(text)
    if not found:
        raise NotMapped(f"{text} is no number")
    value, largest = int(found[3]), 2**bits - 1
    if value > largest:
        raise NotMapped(f"{text} is more than {bits} bits hold")
    return largest - value if found[2] else value


def read_amount(text: str) -> int:
    """Read an amount; a distance from the largest of theirs is the same distance from ours."""
    value = read_number(text)
    if value > WIDE - LARGEST:
        return LARGEST - (WIDE - value)
    if value > LARGEST:
        raise NotMapped(f"{text} is more than our books can count and not near the largest")
    return value


def read_account(line: Line) -> AccountEvent:
    """Read an `account` line."""
    fields = _checked(line)
    return AccountEvent(
        line=line, id=read_number(fields[0]), balances=_balances(fields[1:5]),
        user_data=_user_data(fields[5:8]), reserved=read_number(fields[8], 32),
        ledger=read_number(fields[9], 32), code=read_number(fields[10], 16),
        flags=_flags(fields[11:17], ACCOUNT_FLAGS), padding=read_number(fields[17], 16),
        timestamp=read_number(fields[18], 64), expected=_result(fields[19]),
    )  # fmt: skip


def read_transfer(line: Line) -> TransferEvent:
    """Read a `transfer` line."""
    fields = _checked(line)
    return TransferEvent(
        line=line, id=read_number(fields[0]), debit=read_number(fields[1]),
        credit=read_number(fields[2]), amount=read_amount(fields[3]),
        pending=read_number(fields[4]), user_data=_user_data(fields[5:8]),
        timeout=read_number(fields[8], 32), ledger=read_number(fields[9], 32),
        code=read_number(fields[10], 16), flags=_flags(fields[11:20], TRANSFER_FLAGS),
        padding=read_number(fields[20], 16), timestamp=read_number(fields[21], 64),
        expected=_result(fields[22]),
    )  # fmt: skip


def read_setup(line: Line) -> tuple[int, tuple[int, int, int, int]]:
    """Read a `setup` line: an account and the balances that are forced on it."""
    account, *balances = _checked(line)
    return read_number(account), _balances(tuple(balances))


SECOND = 10**9
UNITS = {
    "nanosecond": 1, "microsecond": 10**3, "millisecond": 10**6, "second": SECOND,
    "minute": 60 * SECOND, "hour": 3600 * SECOND, "day": 86_400 * SECOND,
}  # fmt: skip


def read_tick(line: Line) -> tuple[int, bool]:
    """Read a `tick` line: nanoseconds, and whether they count back from the largest time."""
    value, unit = _checked(line)
    found = NUMBER.fullmatch(value)
    length = UNITS.get(unit.removesuffix("s"))
    if not found or length is None:
        raise NotMapped(f"{value} {unit} is no span of time")
    return int(found[3]) * length, bool(found[2])


def _checked(line: Line) -> tuple[str, ...]:
    wanted = FIELDS[line.kind]
    if len(line.fields) + 1 != wanted:
        raise NotMapped(f"it has {len(line.fields) + 1} fields instead of {wanted}")
    return line.fields


def _balances(fields: tuple[str, ...]) -> tuple[int, int, int, int]:
    one, two, three, four = map(read_amount, fields)
    return one, two, three, four


def _user_data(fields: tuple[str, ...]) -> tuple[int, int, int]:
    return read_number(fields[0]), read_number(fields[1], 64), read_number(fields[2], 32)


def _flags(fields: tuple[str, ...], names: tuple[str, ...]) -> frozenset[str]:
    for text, name in zip(fields, names, strict=True):
        if text not in ("_", name):
            raise NotMapped(f"{text} stands where {name} or _ belongs")
    return frozenset(fields) - {"_"}


def _result(text: str) -> str:
    # What `created` was called in older tables.
    return "created" if text == "ok" else text
