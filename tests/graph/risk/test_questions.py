"""The registry of questions: what may be asked of which graph, with which values."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from neo4j.exceptions import ClientError

from commands.errors import Malformed
from graph.database import GraphUnavailable, ask_some, driver
from graph.risk import answers
from graph.risk.answers import answer, get_question
from graph.risk.errors import TookTooLong, UnknownQuestion
from graph.risk.questions import (
    LEAST_MOMENT,
    MOST_MOMENT,
    Column,
    GraphName,
    Parameter,
    Question,
    list_questions,
)
from graph.risk.values import bind, show
from graph.statements import Statement
from tests.graph.away import neo4j_away

ONE = "0198a000-0000-7000-8000-000000000001"


def made(text: str, *parameters: Parameter, columns: tuple[Column, ...] = ()) -> Question:
    """Return a question without a file."""
    statement = Statement("risk", "made_for_a_test", "read", ())
    statement.__dict__["text"] = text
    return Question("made.for_a_test", statement, parameters, columns)


ALL = made(
    "RETURN 1",
    Parameter("id", "id", default=None), Parameter("steps", "int", default=3, least=1, most=9),
    Parameter("threshold", "decimal", default=0.0),
    Parameter("startTime", "moment", default=-1),
    Parameter("order", "choice", default="A", choices=("A", "B")),
    Parameter("text", "text", default=""),
)  # fmt: skip


@pytest.mark.parametrize(
    ("graph", "name", "given", "bound"),
    [
        ("finbench", "id", "4836303049842492315", 4836303049842492315),
        ("finbench", "id", 7, 7),
        ("live", "id", ONE.upper(), ONE),
        ("finbench", "id", 871.0, 871),
        ("live", "steps", "9", 9),
        ("live", "steps", 9.0, 9),
        ("live", "threshold", "0.30", 0.3),
        ("live", "threshold", 1, 1.0),
        ("live", "startTime", "2022-01-01T00:00:00.000Z", 1640995200000),
        ("live", "startTime", "2022-01-01T08:00:00.0019+08:00", 1640995200001),
        ("live", "startTime", "2022-01-01 00:00:00.06", 1640995200060),
        ("live", "startTime", "2022-01-01", 1640995200000),
        ("live", "startTime", 1640995200000, 1640995200000),
        ("live", "startTime", 1640995200000.0, 1640995200000),
        ("live", "startTime", "1640995200000", 1640995200000),
        # Python alone takes this one for a date of the year 1601.
        ("live", "startTime", "1601010112345", 1601010112345),
        ("live", "startTime", "-1000", -1000),
        ("live", "startTime", "20220101", 1640995200000),
        ("live", "order", "B", "B"),
        ("live", "text", "帕", "帕"),
        ("live", "steps", None, 3),
    ],
)
def test_values_reach_cypher_in_its_own_types(
    graph: GraphName, name: str, given: Any, bound: Any
) -> None:
    found = bind(ALL, {name: given}, graph=graph)[name]

    assert (found, type(found)) == (bound, type(bound))


@pytest.mark.parametrize(
    ("graph", "name", "given"),
    [
        ("finbench", "id", "x"), ("finbench", "id", "9223372036854775808"),
        ("finbench", "id", ONE), ("finbench", "id", "1_0"), ("finbench", "id", 1.5),
        ("finbench", "id", True), ("live", "id", "7"), ("live", "id", [ONE]),
        ("live", "steps", "0"), ("live", "steps", 10), ("live", "steps", "1.0"),
        ("live", "threshold", "nan"), ("live", "threshold", "1_000"), ("live", "threshold", "a"),
        ("live", "startTime", "yesterday"), ("live", "startTime", "2022-13-01"),
        ("live", "startTime", 10**17), ("live", "startTime", 1.5), ("live", "steps", 2.5),
        ("finbench", "id", 4836303049842492315.0),
        ("live", "order", "C"), ("live", "text", "a\x00b"), ("live", "text", {}),
        ("live", "nothing", 1),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_its_name(graph: GraphName, name: str, given: Any) -> None:
    with pytest.raises(Malformed) as caught:
        bind(ALL, {name: given}, graph=graph)

    assert (caught.value.code, caught.value.detail["field"]) == ("request.malformed", name)
    assert name in str(caught.value)


def test_what_has_no_default_must_be_given() -> None:
    with pytest.raises(Malformed, match="id1: is missing") as caught:
        bind(get_question("finbench.tcr3", graph="live"), {}, graph="live")

    assert caught.value.detail["field"] == "id1"


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("id", 4836303049842492315, "4836303049842492315"),
        ("ids", [1, 2], ["1", "2"]),
        ("moment", 1640995200060, "2022-01-01T00:00:00.060Z"),
        ("decimal", 3, 3.0), ("decimal", -1.0, -1), ("int", 3, 3), ("bool", False, False),
        ("text", "a", "a"), ("text", None, None),
    ],
)  # fmt: skip
def test_values_are_shown_as_json(kind: Any, value: Any, shown: Any) -> None:
    assert repr(show(Column("x", kind), value)) == repr(shown)


@pytest.mark.parametrize("name", ["finbench.tcr99", "", "find_ways"])
def test_a_question_that_nobody_registered_is_refused(name: str) -> None:
    with pytest.raises(UnknownQuestion) as caught:
        get_question(name, graph="live")

    assert caught.value.code == "risk.unknown_question"


def test_rows_are_bounded_and_say_that_there_are_more() -> None:
    counting = made("UNWIND range(1, 5) AS n RETURN n", columns=(Column("n", "int"),))

    some = answer(counting, {}, graph="live", rows=4)
    every = answer(counting, {}, graph="live", rows=5)

    assert (some.rows, some.more) == ([[1], [2], [3], [4]], True)
    assert (len(every.rows), every.more) == (5, False)


def test_time_is_bounded() -> None:
    endless = made("UNWIND range(1, 1000000000) AS n WITH n WHERE n % 7 = 8 RETURN n")

    with pytest.raises(TookTooLong) as caught:
        answer(endless, {}, graph="live", seconds=0.1)

    assert (caught.value.code, caught.value.retryable) == ("risk.took_too_long", False)


def test_who_asks_first_waits_for_the_compiler_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    allowed: list[float] = []

    def spy(*args: Any, seconds: float, **more: Any) -> Any:
        allowed.append(seconds)
        return ask_some(*args, seconds=seconds, **more)

    monkeypatch.setattr(answers, "ask_some", spy)
    monkeypatch.setattr(answers, "_met", set())
    one = made("RETURN 1 AS n", columns=(Column("n", "int"),))

    with override_settings(RISK_SECONDS=1.5):
        for _ in range(2):
            assert answer(one, {}, graph="live").rows == [[1]]
        answer(one, {}, graph="live", seconds=3)
        with neo4j_away(), pytest.raises(GraphUnavailable):
            answer(one, {}, graph="live")
        answer(one, {}, graph="live")

    assert allowed == [11.5, 1.5, 3, 1.5, 11.5]


def test_a_question_that_writes_is_refused_by_neo4j() -> None:
    writing = made("CREATE (n:Vandal) RETURN 1 AS n", columns=(Column("n", "int"),))

    with pytest.raises(ClientError, match=r"(?i)access mode"):
        answer(writing, {}, graph="live")

    with driver().session() as session:
        assert session.run("MATCH (n:Vandal) RETURN count(n) AS n").single(strict=True)["n"] == 0


def test_each_question_of_the_page_has_a_chinese_sentence() -> None:
    words = (settings.BASE_DIR / "chat/page/static/words/zh-risk.js").read_text()
    told = set(re.findall(r'^  "risk\.q\.([a-z0-9_.]+)": ".+",$', words, re.MULTILINE))

    assert told == {question.name for question in list_questions("live")}


def test_each_question_is_a_sentence_and_reads() -> None:
    for question in list_questions():
        assert question.sentence.endswith(("?", ".")), question.name
        assert question.statement.access == "read"
        assert "." in question.name
        assert question.statement.columns == tuple(column.name for column in question.columns)


def test_where_no_window_is_given_every_moment_is_in_it() -> None:
    bound = bind(
        get_question("finbench.tcr3", graph="live"), {"id1": ONE, "id2": ONE}, graph="live"
    )

    assert (bound["startTime"], bound["endTime"]) == (LEAST_MOMENT - 1, MOST_MOMENT + 1)
    assert answers.answer(
        get_question("finbench.tcr3", graph="live"), {"id1": ONE, "id2": ONE}, graph="live"
    ).rows == [[0]]
