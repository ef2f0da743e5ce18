"""Parameters on their way to Cypher, and what Cypher returns on its way out."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from commands.errors import Malformed
from commands.frames import show_moment
from graph.risk.questions import (
    LEAST_MOMENT,
    MOST_MOMENT,
    Column,
    GraphName,
    Parameter,
    Question,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INTEGERS = range(-(2**63), 2**63)
# Above this a float of JSON may stand for another whole number than the one that was meant.
EXACT_FLOATS = 2**53
DAY_DIGITS = 8


def bind(question: Question, given: Mapping[str, Any], *, graph: GraphName) -> dict[str, Any]:
    """Return the parameters as Cypher takes them, defaults filled in.

    Values may be strings, as on a command line, or JSON. Raises Malformed, naming the first that
    is wrong, missing or not a parameter of this question.
    """
    known = {parameter.name for parameter in question.parameters}
    for name in given:
        if name not in known:
            raise Malformed(f"{name}: {question.name} has no such parameter.", field=name)
    return {
        parameter.name: _bind_one(parameter, given.get(parameter.name), graph)
        for parameter in question.parameters
    }


def _bind_one(parameter: Parameter, value: Any, graph: GraphName) -> Any:
    if value is None:
        if parameter.is_required:
            raise Malformed(f"{parameter.name}: is missing.", field=parameter.name)
        return parameter.default
    try:
        return _read(parameter, value, graph)
    except (ValueError, OverflowError) as error:
        raise Malformed(f"{parameter.name}: {error}.", field=parameter.name) from None


def _read(parameter: Parameter, value: Any, graph: GraphName) -> Any:
    # A bool is an int in Python, but nobody means one.
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"must be {_meant(parameter, graph)}")  # noqa: TRY004 (all are refused alike)
    text = _as_text(value).strip()
    match parameter.kind:
        case "id":
            return _read_id(text, graph)
        case "int":
            return _read_int(parameter, text)
        case "decimal":
            return _read_decimal(text)
        case "moment":
            return read_moment(text)
        case "choice":
            if text not in parameter.choices:
                raise ValueError(f"must be {_meant(parameter, graph)}")
            return text
        case _:
            if "\x00" in text:
                raise ValueError("must not contain the character NUL")
            return text


def _as_text(value: str | float) -> str:
    # Some write every number of JSON as a float.
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_FLOATS:
        return str(int(value))
    return str(value)


def _meant(parameter: Parameter, graph: GraphName) -> str:
    return {
        "id": "a UUID" if graph == "live" else "a whole number of 64 bits",
        "int": "a whole number", "decimal": "a decimal number",
        "moment": "a moment such as 2022-01-31T12:00:00.000Z", "text": "a text",
        "choice": f"one of {', '.join(parameter.choices)}",
    }[parameter.kind]  # fmt: skip


def _read_id(text: str, graph: GraphName) -> str | int:
    try:
        if graph == "live":
            return str(UUID(text))
        found = _read_whole(text)
    except ValueError:
        raise ValueError(f"must be {'a UUID' if graph == 'live' else 'a whole number'}") from None
    if found not in INTEGERS:
        raise ValueError("must be a whole number of 64 bits")
    return found


def _read_whole(text: str) -> int:
    # int() would also take underscores and other scripts' digits.
    if not (text.isascii() and text.removeprefix("-").isdigit()):
        raise ValueError("must be a whole number")
    return int(text)


def _read_int(parameter: Parameter, text: str) -> int:
    found = _read_whole(text)
    least = INTEGERS.start if parameter.least is None else parameter.least
    most = INTEGERS.stop - 1 if parameter.most is None else parameter.most
    if not least <= found <= most:
        raise ValueError(f"must be from {least:,} to {most:,}")
    return found


def _read_decimal(text: str) -> float:
    try:
        found = float(text) if "_" not in text else math.nan
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise ValueError("must be a decimal number")
    return found


def read_moment(text: str) -> int:
    """Return a moment as milliseconds since 1970: a date, with or without a time and a zone, or
    that number itself. Without a zone it is in UTC. Raises ValueError.
    """
    try:
        # Python takes some numbers of milliseconds for a date of the year 1601; only of eight
        # digits, as in 20220131, is a date meant.
        if len(text) != DAY_DIGITS and text.isascii() and text.removeprefix("-").isdigit():
            return _read_milliseconds(text)
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a moment such as 2022-01-31T12:00:00.000Z") from None
    # FinBench's times have no zone and are read as UTC.
    return milliseconds(found if found.tzinfo else found.replace(tzinfo=UTC))


def _read_milliseconds(text: str) -> int:
    found = int(text)
    if not LEAST_MOMENT <= found <= MOST_MOMENT:
        raise ValueError(text)
    return found


def milliseconds(moment: datetime) -> int:
    """Return the moment as whole milliseconds since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def show(column: Column, value: Any) -> Any:
    """Return a value of a column as JSON shows it."""
    if value is None:
        return None
    match column.kind:
        case "id":
            return str(value)
        case "ids":
            return [str(one) for one in value]
        case "moment":
            return show_moment(EPOCH + timedelta(milliseconds=value))
        case "decimal":
            # What FinBench says where there is nothing to divide by.
            return -1 if value == -1 else float(value)
        case _:
            return value
