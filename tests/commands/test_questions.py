"""Several questions on one way to PostgreSQL."""

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from commands.questions import Question, Rows, ask_one, ask_together

pytestmark = pytest.mark.django_db


def first(rows: Rows) -> object:
    return rows[0][0] if rows else None


def test_answers_come_in_the_order_of_the_questions_by_one_statement() -> None:
    questions = [
        Question("SELECT %(text)s::text", {"text": "a;b %s '"}, first),
        Question("SELECT n FROM generate_series(1, %s) AS n ORDER BY n", [3], list),
        Question("SELECT 1 WHERE false", [], first),
    ]

    with CaptureQueriesContext(connection) as seen:
        answers = ask_together(questions)

    assert answers == ["a;b %s '", [(1,), (2,), (3,)], None]
    assert len(seen) == 1


def test_one_by_itself_is_answered_alike() -> None:
    assert ask_one(Question("SELECT %s + 1", [41], first)) == 42


def test_an_error_in_one_of_them_is_an_error_of_all() -> None:
    with pytest.raises(DatabaseError):
        ask_together([Question("SELECT 1", [], first), Question("SELECT 1 / %s", [0], first)])
