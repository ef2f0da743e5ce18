"""Reading what an evaluation is given: ratings, labels and the ids of those who gave the labels."""

import csv
import gzip
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GZIP = b"\x1f\x8b"
RATING_COLUMNS = ("source", "target", "rating", "time")
LABEL_COLUMNS = ("user", "label")
GOOD, FRAUD = 1, -1

Row = dict[str, str]


class FileProblem(Exception):
    """A file cannot be read, or a line of it is not what it should be; the message says which."""


@dataclass(frozen=True)
class Rating:
    """One person's word about another: above 0 speaks for them, below 0 against them."""

    source: str
    target: str
    value: float
    at: float


def read_ratings(path: Path) -> list[Rating]:
    """Return the ratings in the order of their times; what people say of themselves is left out.

    The columns are source, target, rating and time (seconds, fractions allowed), by a header in any
    order or, without one, in this order. Plain text or gzip. Raises FileProblem.
    """
    ratings = []
    for number, row in _read_rows(path, RATING_COLUMNS):
        source, target = (_name(path, number, row, column) for column in ("source", "target"))
        value, at = (_number(path, number, row, column) for column in ("rating", "time"))
        if source != target:
            ratings.append(Rating(source, target, value, at))
    if not ratings:
        raise FileProblem(f"{path} has no ratings.")
    return sorted(ratings, key=lambda rating: rating.at)


def read_labels(path: Path) -> dict[str, int]:
    """Return who is good (1) and who a fraud (-1). Raises FileProblem."""
    labels: dict[str, int] = {}
    for number, row in _read_rows(path, LABEL_COLUMNS):
        user = _name(path, number, row, "user")
        label = _number(path, number, row, "label")
        if label not in (GOOD, FRAUD):
            raise FileProblem(
                f"{path}, line {number}: the label is 1 (good) or -1 (fraud), not {row['label']!r}."
            )
        if labels.setdefault(user, int(label)) != label:
            raise FileProblem(f"{path}, line {number}: {user} has another label further up.")
    if not labels:
        raise FileProblem(f"{path} has no labels.")
    return labels


def read_givers(path: Path) -> frozenset[str]:
    """Return the ids of those who gave the labels, one a line. Raises FileProblem."""
    givers = set()
    for number, fields in _read_fields(path):
        if len(fields) > 1:
            found = ",".join(fields)
            raise FileProblem(f"{path}, line {number}: one id a line is wanted, not {found!r}.")
        givers.add(fields[0])
    return frozenset(givers)


def _read_lines(path: Path) -> Iterator[str]:
    try:
        content = path.read_bytes()
        if content.startswith(GZIP):
            content = gzip.decompress(content)
        # Spreadsheets like to begin a file with a mark of its byte order.
        yield from content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise FileProblem(f"{path} is not text in UTF-8.") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise FileProblem(f"{path} is not whole as a gzip file: {problem}") from None
    except OSError as problem:
        raise FileProblem(f"{path} cannot be read: {problem.strerror}.") from None


def _read_fields(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the fields of each line that is not empty, with its number."""
    for number, line in enumerate(_read_lines(path), start=1):
        try:
            row = next(csv.reader([line], skipinitialspace=True), [])
        except csv.Error as problem:
            raise FileProblem(f"{path}, line {number}: {problem}.") from None
        fields = [field.strip() for field in row]
        if any(fields):
            yield number, fields


def _read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """Yield each row by its columns, with the number of its line."""
    names: list[str] | None = None
    for number, fields in _read_fields(path):
        if names is None:
            header = [field.lower() for field in fields]
            if set(columns) <= set(header):
                names = header
                continue
            if not _is_number(fields[-1]):
                wanted = ",".join(columns)
                raise FileProblem(f"{path}, line {number}: the columns {wanted} are wanted.")
            names = list(columns)
        if len(fields) != len(names):
            raise FileProblem(
                f"{path}, line {number}: {len(names)} columns are wanted, not {len(fields)}."
            )
        yield number, dict(zip(names, fields, strict=True))


def _name(path: Path, number: int, row: Row, column: str) -> str:
    if not row[column]:
        raise FileProblem(f"{path}, line {number}: the {column} is empty.")
    return row[column]


def _number(path: Path, number: int, row: Row, column: str) -> float:
    if not _is_number(row[column]):
        raise FileProblem(f"{path}, line {number}: the {column} is a number, not {row[column]!r}.")
    return float(row[column])


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
