"""Reading a FinBench snapshot: files of either form of time, judged before anything is written."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any, cast

from graph.risk.questions import MOST_MOMENT
from graph.risk.snapshots.tables import EDGES, MADE_UP, NODES, TABLES, Field, Table
from graph.risk.values import INTEGERS, milliseconds

Row = dict[str, Any]

# Note [Exact sums]
# FinBench rounds half up what was summed exactly, and sums of floats do not end in a half where
# the decimals do. So an amount also stands beside its float as two integers: whole thousandths,
# and what is left in units of 10^-16. Both sums are exact, and so is the rounding of the second.
# An int64 holds the second sum for 900,000 amounts and the first for any amount of money.
REST_DIGITS = 16
EXACT = Context(prec=100)
LARGEST = Decimal(10**15)


class BadSnapshot(Exception):
    """A snapshot that cannot be loaded; the message names the file and the line."""


@dataclass
class Snapshot:
    """The rows of all tables, as the graph takes them, and the nodes that have to be made up."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    made_up: dict[str, list[Row]] = field(default_factory=dict)


def read_snapshot(folder: Path) -> Snapshot:
    """Return what the files of a folder hold. Raises BadSnapshot for the first fault."""
    files = _find_files(folder)
    snapshot = Snapshot()
    for table in TABLES:
        snapshot.rows[table.name] = list(_read_table(table, files[table.name]))
    known = {
        table.node: _ids_once(table, snapshot.rows[table.name], files[table.name])
        for table in NODES
    }
    missing: dict[str, set[int]] = {label: set() for label in MADE_UP}
    for table in EDGES:
        for row in snapshot.rows[table.name]:
            for end, label in table.ends:
                if row[end] in known[label]:
                    continue
                if label not in missing:
                    where = f"{files[table.name].name}, line {row['id'] + 1}"
                    raise BadSnapshot(f"{where}: there is no {label.lower()} {row[end]}.")
                missing[label].add(row[end])
    snapshot.made_up = {
        label: [{"id": one} for one in sorted(ids)] for label, ids in missing.items()
    }
    return snapshot


def _find_files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise BadSnapshot(f"{folder} is no folder.")
    found: dict[str, Path] = {}
    missing = []
    for table in TABLES:
        places = [folder / f"{table.name}.csv", folder / f"{table.name}.csv.gz"]
        there = [place for place in places if place.is_file()]
        if len(there) == 2:
            raise BadSnapshot(f"{folder} has both {places[0].name} and {places[1].name}.")
        if there:
            found[table.name] = there[0]
        else:
            missing.append(table.name)
    if missing:
        raise BadSnapshot(f"{folder} has no {', '.join(missing)} (.csv or .csv.gz).")
    return found


def _open(path: Path) -> IO[str]:
    way = gzip.open if path.suffix == ".gz" else open
    return cast("IO[str]", way(path, "rt", encoding="utf-8-sig", newline="\n"))


def _read_table(table: Table, path: Path) -> Iterator[Row]:
    number = 0
    try:
        with _open(path) as file:
            header: list[tuple[Field, int]] = []
            width = 0
            for number, line in enumerate(file, start=1):
                cells = line.rstrip("\r\n").split("|")
                if number == 1:
                    header, width = _read_header(table, cells), len(cells)
                    continue
                if cells == [""]:
                    continue
                if len(cells) != width:
                    raise ValueError(f"{len(cells)} columns instead of {width}")
                # An edge is told from its like by the place it has in its file.
                row: Row = {} if table.node else {"id": number - 1}
                for one, place in header:
                    row.update(_read_cell(one, cells[place]))
                yield row
            if number == 0:
                raise ValueError("there is no header")
    except ValueError as error:
        # Of bytes that are no UTF-8 the line is the one after the last that was read.
        at = number + 1 if isinstance(error, UnicodeDecodeError) else max(number, 1)
        raise BadSnapshot(f"{path.name}, line {at}: {error}.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise BadSnapshot(f"{path.name}: cannot be read: {error}.") from None


def _read_header(table: Table, cells: list[str]) -> list[tuple[Field, int]]:
    found = []
    for one in table.fields:
        places = [cells.index(column) for column in one.columns if column in cells]
        if not places:
            raise ValueError(f"there is no column {one.columns[0]}")
        found.append((one, places[0]))
    return found


def _read_cell(one: Field, cell: str) -> Row:
    try:
        match one.kind:
            case "id":
                return {one.property: _read_id(cell)}
            case "moment":
                return {one.property: read_moment(cell)}
            case "flag":
                return {one.property: {"true": True, "false": False}[cell.lower()]}
            case "amount":
                return read_amount(cell, one.property)
            case "ratio":
                return {one.property: float(_read_decimal(cell))}
            case _:
                return {one.property: cell}
    except (ValueError, KeyError, OverflowError):
        meant = {"id": "an id", "moment": "a time", "flag": "true or false"}.get(
            one.kind, "a number"
        )
        raise ValueError(f"{one.columns[0]} {cell[:40]!r} is not {meant}") from None


def _read_id(cell: str) -> int:
    if not (cell.isascii() and cell.removeprefix("-").isdigit()) or int(cell) not in INTEGERS:
        raise ValueError(cell)
    return int(cell)


def read_moment(cell: str) -> int:
    """Return a time as milliseconds since 1970: it is that number already, or a date and time,
    with or without `T`, fraction and zone; without a zone it is in UTC.
    """
    if cell.isascii() and cell.isdigit():
        if int(cell) > MOST_MOMENT:
            raise ValueError(cell)
        return int(cell)
    moment = datetime.fromisoformat(cell)
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _read_decimal(cell: str) -> Decimal:
    try:
        number = Decimal(cell) if "_" not in cell else Decimal("NaN")
    except InvalidOperation:
        raise ValueError(cell) from None
    # Above that no money is, and the integers of Note [Exact sums] would not hold many.
    if not (number.is_finite() and 0 <= number < LARGEST):
        raise ValueError(cell)
    return number


def read_amount(cell: str, name: str = "amount") -> Row:
    """Return an amount as a float and, beside it, as integers. See Note [Exact sums]."""
    number = _read_decimal(cell)
    scaled = number.scaleb(3, EXACT)
    thousandths = int(scaled)
    rest = EXACT.subtract(scaled, thousandths).scaleb(REST_DIGITS - 3, EXACT)
    return {
        name: float(number),
        f"{name}_thousandths": thousandths,
        f"{name}_rest": int(rest.to_integral_value(ROUND_HALF_UP)),
    }


def _ids_once(table: Table, rows: list[Row], path: Path) -> set[int]:
    seen: set[int] = set()
    for number, row in enumerate(rows, start=2):
        if row["id"] in seen:
            raise BadSnapshot(f"{path.name}, line {number}: {row['id']} is there already.")
        seen.add(row["id"])
    return seen
