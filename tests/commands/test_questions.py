"""Several questions on one way to PostgreSQL."""

from pathlib import Path

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commands.questions import Question, Rows, ask_one, ask_together
from tests.sent import list_sent

pytestmark = pytest.mark.django_db


def first(rows: Rows) -> object:
    return rows[0][0] if rows else None


QUESTIONS: list[Question[object]] = [
    Question("SELECT %(text)s::text", {"text": "a;b %s '"}, first),
    Question("SELECT n FROM generate_series(1, %s) AS n ORDER BY n", [3], list),
    Question("SELECT 1 WHERE false", [], first),
]


def test_answers_come_in_the_order_of_the_questions() -> None:
    with CaptureQueriesContext(connection) as seen:
        answers = ask_together(QUESTIONS)

    assert answers == ["a;b %s '", [(1,), (2,), (3,)], None]
    # Each of them is seen by whoever looks at what Django asks.
    assert len(seen) == len(QUESTIONS)


def test_they_go_one_way_and_are_planned_once(tmp_path: Path) -> None:
    ask_together(QUESTIONS)

    sent = list_sent(lambda: ask_together(QUESTIONS), tmp_path / "sent")

    assert sent["Execute"] == len(QUESTIONS)
    assert sent["Sync"] == 1
    assert sent["Parse"] == 0


def test_one_plan_serves_all_values() -> None:
    question = "SELECT n FROM generate_series(1, 3) AS n WHERE n = %s AND n <> -7"
    for value in (1, 2):
        ask_one(Question(question, [value], first))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE '%n <> -7'"
        )
        assert cursor.fetchall() == [(2, 0)]


def test_one_by_itself_is_answered_alike() -> None:
    assert ask_one(Question("SELECT %s + 1", [41], first)) == 42


def test_an_error_in_one_of_them_is_an_error_of_all() -> None:
    with pytest.raises(DataError, match="division by zero"):
        ask_together([Question("SELECT 1", [], first), Question("SELECT 1 / %s", [0], first)])


def test_a_connection_is_good_for_more_after_an_error() -> None:
    with pytest.raises(DataError), transaction.atomic():
        ask_together([Question("SELECT 1 / %s", [0], first), Question("SELECT 1", [], first)])

    assert ask_together(QUESTIONS)[0] == "a;b %s '"
    assert ask_one(QUESTIONS[0]) == "a;b %s '"
