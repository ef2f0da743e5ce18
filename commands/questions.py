"""Questions to PostgreSQL, of which several may go on one way there and back.

A statement of a tenth of a millisecond takes four times as long by the time that the driver, the
loopback and two wake-ups have had their share, and as long again to be parsed and planned. So they
go in a pipeline, and each connection keeps them prepared until something on it is rolled back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import psycopg
from django.db import connection

Answer = TypeVar("Answer")
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """A SELECT with its values, and how its rows are read.

    Its text is the same each time, and PostgreSQL keeps one plan for all values of it. So it asks
    no table that swells and empties within minutes: of a plan made while that was empty it would
    read everything in a rush.
    """

    sql: str
    values: Mapping[str, Any] | Sequence[Any]
    read: Callable[[Rows], Answer]


def ask_one(question: Question[Answer]) -> Answer:
    """Return the answer to a question."""
    with _asking() as driver:
        cursor = _ask(question, driver)
    return question.read(cursor.fetchall())


def ask_together(questions: Sequence[Question[Any]]) -> list[Any]:
    """Return the answers to questions, in their order, asked in one go.

    Each is a statement of its own: outside of a transaction one may see what was committed since
    the one before it.
    """
    with _asking() as driver, driver.pipeline():
        cursors = [_ask(question, driver) for question in questions]
    return [
        question.read(cursor.fetchall())
        for question, cursor in zip(questions, cursors, strict=True)
    ]


@contextmanager
def _asking() -> Iterator[psycopg.Connection]:
    # Asked for a cursor, Django sees to it that there is a connection, and that it is alive.
    with connection.cursor(), connection.wrap_database_errors:
        yield connection.connection


def _ask(question: Question[Any], driver: psycopg.Connection) -> Any:
    # The driver's cursor sends values apart from the text and prepares it; Django's own writes them
    # into it.
    bare: Any = psycopg.Cursor(driver)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    cursor = wrap(bare)
    cursor.execute(question.sql, question.values)
    return cursor
