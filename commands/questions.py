"""Questions to PostgreSQL, of which several may go on one way there and back.

A statement of a tenth of a millisecond takes four times as long by the time that the driver, the
loopback and two wake-ups have had their share, and as long again to be parsed and planned. So they
go in a pipeline, and each connection keeps them prepared.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import psycopg
from django.db import connection

Answer = TypeVar("Answer")
Rows = list[tuple[Any, ...]]
# How often a connection sees a text before it prepares it.
AT_ONCE = 0


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """A SELECT with its values, and how its rows are read.

    Its text is the same each time, and PostgreSQL may keep a plan for all values of it.
    """

    sql: str
    values: Mapping[str, Any] | Sequence[Any]
    read: Callable[[Rows], Answer]


def ask_one(question: Question[Answer]) -> Answer:
    """Return the answer to a question."""
    with _preparing() as driver:
        cursor = _ask(question, driver)
    return question.read(cursor.fetchall())


def ask_together(questions: Sequence[Question[Any]]) -> list[Any]:
    """Return the answers to questions, in their order, asked in one go.

    Each is a statement of its own: outside of a transaction one may see what was committed since
    the one before it.
    """
    with _preparing() as driver, driver.pipeline():
        cursors = [_ask(question, driver) for question in questions]
    return [
        question.read(cursor.fetchall())
        for question, cursor in zip(questions, cursors, strict=True)
    ]


@contextmanager
def _preparing() -> Iterator[psycopg.Connection]:
    # Asked for a cursor, Django sees to it that there is a connection, and that it is alive.
    with connection.cursor(), connection.wrap_database_errors:
        driver = connection.connection
        driver.prepare_threshold = AT_ONCE
        try:
            yield driver
        finally:
            # Django writes values into its texts, of which no two are the same.
            driver.prepare_threshold = None


def _ask(question: Question[Any], driver: psycopg.Connection) -> Any:
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    bare: Any = psycopg.Cursor(driver)
    cursor = wrap(bare)
    cursor.execute(question.sql, question.values)
    return cursor
