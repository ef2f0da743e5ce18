"""Columns of values on their way to PostgreSQL, as one parameter each.

The driver looks at each element by itself, which for a batch of a few thousand takes longer than
all else that is done in Python; here a column is written as one text in PostgreSQL's own notation
for arrays. A statement names the type: `%s::uuid[]`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID


def _quote(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


_WRITERS: dict[type, Callable[[Any], str]] = {
    # Its dashes would take twice as long to write, and say nothing.
    UUID: lambda value: value.hex,
    int: str,
    bool: str,
    str: _quote,
    datetime: lambda moment: f'"{moment.isoformat()}"',
}


def column(values: Iterable[Any]) -> str:
    """Return values of one type (or None) as the text of an array.

    Raises KeyError for a type that cannot be written.
    """
    written = ["NULL" if value is None else _WRITERS[type(value)](value) for value in values]
    return "{" + ",".join(written) + "}"


def columns(rows: Sequence[Any], *names: str) -> list[str]:
    """Return the named attributes of rows, each as the text of an array."""
    return [column([getattr(row, name) for row in rows]) for name in names]
