"""Columns of values reach PostgreSQL as they are."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.arrays import column, columns

IDS = [UUID(int=0), UUID(int=2**128 - 1), None]
MOMENTS = [
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 6, 10, 12, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=8))),
    None,
]


def back(values: list[Any], kind: str) -> list[Any]:
    """Return what PostgreSQL understood of a column."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [column(values)])
        (found,) = cursor.fetchone()
    return list(found)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("uuid", IDS),
        ("uuid", []),
        ("bigint", [0, -1, 2**63 - 1, -(2**63), None]),
        ("boolean", [True, False, None]),
        ("timestamptz", MOMENTS),
        (
            "text",
            ["", " ", "NULL", "null", None, "{", "}", ",", '"', "\\", '\\"', "a\nb", "'", "%s"],
        ),
        ("text", ["红包", "🧧", "\u202e", "\x01"]),
    ],
)
def test_values_come_out_as_they_went_in(kind: str, values: list[Any]) -> None:
    assert back(values, kind) == values


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.none() | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
    )
)
def test_any_text_comes_out_as_it_went_in(values: list[str | None]) -> None:
    assert back(values, "text") == values


def test_a_type_that_nobody_thought_of_is_refused() -> None:
    with pytest.raises(KeyError):
        column([Decimal("1.5")])
    with pytest.raises(KeyError):
        column([1.5])


def test_columns_are_those_of_the_named_attributes() -> None:
    rows = [complex(1, 2), complex(3, 4)]
    assert columns([int(one.real) for one in rows], "numerator", "denominator") == [
        "{1,3}",
        "{1,1}",
    ]
