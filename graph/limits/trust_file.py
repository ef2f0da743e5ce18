"""Trust lines in a CSV file of another system: read and looked over before anything is written."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from commands.frames import MAX_AMOUNT
from graph.limits.names import LONGEST

COLUMNS = ("from", "to", "capacity")
NUMBER = re.compile(r"-?[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class FileLine:
    """One trust line of a file: who stands behind whom, up to how much (minor units)."""

    number: int
    giver: str
    receiver: str
    capacity: int


@dataclass(frozen=True)
class BadLine:
    """A line of a file that cannot be used, and why."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.reason}"


@dataclass
class TrustFile:
    """What a file holds: the lines that can be used, and those that cannot."""

    lines: list[FileLine] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)


class UnreadableFile(Exception):
    """The file as a whole is not what it should be."""


class _Bad(Exception):
    """Why a line cannot be used."""


def read_trust_file(text: Iterable[str]) -> TrustFile:
    """Read a CSV file with the columns `from`, `to` and `capacity`, in any order.

    Of two lines for one pair the first counts. Raises UnreadableFile for a header that lacks a
    column or has it twice.
    """
    found = TrustFile()
    seen: dict[tuple[str, str], int] = {}
    for number, values in read_rows(text, COLUMNS):
        try:
            if isinstance(values, str):
                raise _Bad(values)
            giver, receiver, capacity = values
            line = FileLine(number, _name(giver), _name(receiver), _capacity(capacity))
            if line.giver == line.receiver:
                raise _Bad(f"{line.giver} would stand behind themselves.")
            pair = (line.giver, line.receiver)
            if (first := seen.setdefault(pair, number)) != number:
                raise _Bad(f"{line.giver} and {line.receiver} stand in line {first} already.")
        except _Bad as bad:
            found.bad.append(BadLine(number, str(bad)))
        else:
            found.lines.append(line)
    return found


def read_rows(
    text: Iterable[str], columns: tuple[str, ...]
) -> Iterator[tuple[int, list[str] | str]]:
    """Yield each row's line number and its values in the order of the columns, or the reason why it
    has none. Rows of nothing but blanks are passed over. Raises UnreadableFile.
    """
    # With a blank after the comma, too, quotes are not part of a name.
    rows = csv.reader(text, strict=True, skipinitialspace=True)
    filled = (row for row in rows if any(value.strip() for value in row))
    try:
        header = [name.strip().lower() for name in next(filled, [])]
        for name in columns:
            if header.count(name) != 1:
                how = "twice" if name in header else "not"
                raise UnreadableFile(
                    f"line {rows.line_num or 1}: the column {name} is {how} there; the header must"
                    f" name {', '.join(columns)}."
                )
        places = [header.index(name) for name in columns]
        for row in filled:
            if len(row) != len(header):
                yield rows.line_num, f"{len(row)} values under {len(header)} columns."
            else:
                yield rows.line_num, [row[place].strip() for place in places]
    except csv.Error as error:
        raise UnreadableFile(f"line {rows.line_num}: {error}.") from None
    except UnicodeDecodeError:
        raise UnreadableFile(f"after line {rows.line_num}: this is not UTF-8.") from None


def _name(value: str) -> str:
    if not value:
        raise _Bad("a name is missing.")
    if len(value) > LONGEST:
        raise _Bad(f"a name is longer than {LONGEST} characters.")
    if not value.isprintable():
        raise _Bad("a name holds characters that cannot be seen.")
    return value


def _capacity(value: str) -> int:
    if not value:
        raise _Bad("the capacity is missing.")
    if not NUMBER.fullmatch(value):
        raise _Bad(f"the capacity {value[:40]!r} is not an integer (minor units).")
    if value.startswith("-"):
        raise _Bad("the capacity is negative.")
    # A number of thousands of digits would take long to read.
    if len(value) > 20 or int(value) > MAX_AMOUNT:
        raise _Bad(f"the capacity is more than {MAX_AMOUNT:,}.")
    return int(value)
