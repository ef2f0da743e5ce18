"""The way to Neo4j: one error when it is away or too slow, and our own mistakes stay mistakes."""

import time
from typing import Any

import pytest
from neo4j.exceptions import CypherSyntaxError

from graph import database, statements
from graph.database import AWAY_SECONDS, GraphUnavailable, ask, driver, stream, write
from graph.statements import Statement, list_statements, register_statement
from tests.graph.away import neo4j_away


def statement(text: str, *, access: Any = "read") -> Statement:
    """Return a statement without a file."""
    made = Statement("projection", "made_for_a_test", access, ())
    made.__dict__["text"] = text
    return made


ONE = statement("RETURN 1 AS one")


def test_rows_come_as_dictionaries() -> None:
    assert ask(ONE) == [{"one": 1}]
    assert list(stream(statement("UNWIND [1, 2] AS n RETURN n"))) == [{"n": 1}, {"n": 2}]
    assert write(statement("RETURN 2 AS two", access="write")) == [{"two": 2}]


@pytest.mark.parametrize("way", [ask, write, database.run_implicit, lambda one: list(stream(one))])
def test_a_neo4j_that_is_away_is_one_error_whatever_was_asked(way: Any) -> None:
    with neo4j_away(), pytest.raises(GraphUnavailable) as caught:
        way(ONE)

    assert caught.value.code == "graph.unavailable"
    assert caught.value.retry_after_ms == 500


def test_one_caller_in_a_while_finds_out_that_it_is_away() -> None:
    with neo4j_away():
        with pytest.raises(GraphUnavailable):
            ask(ONE)
        assert time.monotonic() < database._fuse._away_until <= time.monotonic() + AWAY_SECONDS

        # The fuse answers, although the driver would now get through.
        driver().close()
        driver.cache_clear()
        with pytest.raises(GraphUnavailable) as caught:
            ask(ONE)

    assert caught.value.retry_after_ms == 1000
    assert ask(ONE) == [{"one": 1}]


def test_a_statement_that_takes_too_long_is_no_mistake_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "READ_SECONDS", 0.1)
    endless = statement("UNWIND range(1, 1000000000) AS n WITH n WHERE n % 7 = 8 RETURN n")

    with pytest.raises(GraphUnavailable) as caught:
        ask(endless)

    assert caught.value.retryable
    assert ask(ONE) == [{"one": 1}]


def test_a_wrong_statement_is_a_mistake_of_ours() -> None:
    with pytest.raises(CypherSyntaxError):
        ask(statement("RETRUN 1"))

    assert ask(ONE) == [{"one": 1}]


def test_each_name_of_a_statement_is_used_once(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = [one for one in list_statements() if one.name == "find_ways"]
    assert found.question.endswith("?")
    monkeypatch.setattr(statements, "_statements", {"find_ways": found})

    with pytest.raises(ValueError, match="Two statements are called find_ways"):
        register_statement(found)
