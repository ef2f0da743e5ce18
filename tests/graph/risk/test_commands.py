"""The risk team's commands: who may ask, what the live graph says, and what is kept of it."""

from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from uuid_utils.compat import uuid7

from commands.errors import Forbidden, Malformed
from graph.database import GraphUnavailable
from graph.people.models import Person
from graph.risk.errors import UnknownQuestion
from graph.risk.models import Look
from tests.calls import call
from tests.graph.away import neo4j_away
from tests.graph.projection.rows import run
from tests.people import make_people

AT = 1640995200000  # 2022-01-01


@pytest.fixture
def officer(now: datetime) -> UUID:
    """Return somebody of the risk team."""
    (person,) = make_people(1, at=now)
    Person.objects.filter(id=person).update(roles=["risk"])
    return person


@pytest.fixture
def accounts() -> Iterator[list[str]]:
    """Yield three accounts that are in the graph alone: a pays b twice, and b pays c."""
    ids = [str(uuid7()) for _ in range(3)]
    run(
        """
        UNWIND $ids AS id
        CREATE (:Account {id: id, type: 'balance', blocked: false, created_at: $at})
        WITH count(*) AS made
        UNWIND [[0, 1, 700, 1], [0, 1, 50, 2], [1, 2, 9, 3]] AS row
        MATCH (a:Account {id: $ids[row[0]]}), (b:Account {id: $ids[row[1]]})
        CREATE (a)-[:TRANSFERRED {id: randomUUID(), amount: row[2], at: $at + row[3]}]->(b)
        """,
        ids=ids, at=AT,
    )  # fmt: skip
    yield ids
    run("MATCH (account:Account) WHERE account.id IN $ids DETACH DELETE account", ids=ids)


def ask(person: UUID, name: str, *, at: datetime, **parameters: Any) -> Any:
    return call(person, "risk.query", at=at, name=name, parameters=parameters)


def test_questions_are_listed_with_their_parameters_and_columns(
    now: datetime, officer: UUID
) -> None:
    queries = {one["name"]: one for one in call(officer, "risk.queries", at=now)["queries"]}

    found = queries["finbench.tcr7"]
    assert found["question"].startswith("How many sent money to an account")
    assert found["columns"] == ["numSrc", "numDst", "inOutRatio"]
    assert found["kinds"] == ["int", "int", "decimal"]
    shown = [
        (one["name"], one["kind"], one["required"], one["default"]) for one in found["parameters"]
    ]
    assert shown == [
        ("id", "id", True, None), ("threshold", "decimal", False, 0.0),
        ("startTime", "moment", False, None), ("endTime", "moment", False, None),
        ("truncationLimit", "int", False, None),
        ("truncationOrder", "choice", False, "TIMESTAMP_DESCENDING"),
    ]  # fmt: skip


def test_finbench_reads_run_on_the_live_graph(
    now: datetime, officer: UUID, accounts: list[str]
) -> None:
    a, b, c = accounts

    answer = ask(officer, "finbench.tsr4", at=now, id=a)

    assert answer["columns"] == ["dstId", "numEdges", "sumAmount"]
    assert (answer["rows"], answer["more"]) == ([[b, 2, 750.0]], False)
    assert answer["took_ms"] > 0
    assert ask(officer, "finbench.tcr3", at=now, id1=a, id2=c)["rows"] == [[2]]
    late = {"startTime": "2022-01-01T00:00:00.001Z"}
    assert ask(officer, "finbench.tsr4", at=now, id=a, **late)["rows"] == [[b, 1, 50.0]]
    assert ask(officer, "finbench.tsr1", at=now, id=c)["rows"] == [
        ["2022-01-01T00:00:00.000Z", False, "balance"]
    ]


def test_only_the_risk_team_may_ask(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    for name, fields in (("risk.queries", {}), ("risk.query", {"name": "finbench.tsr1"})):
        with pytest.raises(Forbidden) as caught:
            call(person, name, at=now, **fields)
        assert (caught.value.code, caught.value.detail) == ("auth.forbidden", {"role": "risk"})

    assert not Look.objects.filter(person_id=person).exists()


def test_each_look_is_written_down_before_it_is_answered(now: datetime, officer: UUID) -> None:
    somebody = str(uuid7())

    ask(officer, "finbench.tcr5", at=now, id=somebody)
    with neo4j_away(), pytest.raises(GraphUnavailable) as caught:
        ask(officer, "finbench.tcr11", at=now, id=somebody)

    assert caught.value.code == "graph.unavailable"
    looks = Look.objects.filter(person_id=officer).order_by("id")
    assert [(look.at, look.question, look.parameters) for look in looks] == [
        (now, "finbench.tcr5", {"id": somebody}), (now, "finbench.tcr11", {"id": somebody}),
    ]  # fmt: skip


def test_a_look_stays(now: datetime, officer: UUID) -> None:
    ask(officer, "finbench.tcr5", at=now, id=str(uuid7()))
    mine = Look.objects.filter(person_id=officer)

    for change in (lambda: mine.update(question="another"), lambda: mine.delete()):
        with pytest.raises(DatabaseError, match="what the risk team looked at stays"):
            change()
    with pytest.raises(DatabaseError, match="stays"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE risk_look")

    assert mine.get().question == "finbench.tcr5"


def test_what_is_refused_is_no_look(now: datetime, officer: UUID) -> None:
    with pytest.raises(Malformed) as caught:
        ask(officer, "finbench.tsr1", at=now, id="7")
    assert caught.value.detail["field"] == "id"
    with pytest.raises(Malformed, match=r"id: must be a UUID"):
        ask(officer, "finbench.tsr1", at=now, id={"a": 1})
    with pytest.raises(Malformed, match=r"wrong: .* has no such parameter"):
        ask(officer, "finbench.tsr1", at=now, id=str(uuid7()), wrong=1)
    with pytest.raises(UnknownQuestion):
        ask(officer, "finbench.tsr77", at=now)

    assert not Look.objects.filter(person_id=officer).exists()


def test_looks_from_the_command_line_are_written_down_too(accounts: list[str]) -> None:
    out = StringIO()

    call_command("risk", "TSR4", "--param", f"id={accounts[1]}", "--csv", stdout=out)

    assert out.getvalue() == f"dstId,numEdges,sumAmount\n{accounts[2]},1,9.0\n"
    look = Look.objects.get(parameters={"id": accounts[1]})
    assert (look.person_id, look.question) == (None, "finbench.tsr4")
    assert look.by.startswith("command line: ")


def test_where_nobody_has_started_the_service_a_sentence_says_so() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET search_path TO nowhere")
    try:
        with pytest.raises(CommandError, match=r"There are no tables yet; `manage.py migrate`"):
            call_command("risk", "TSR4", "--param", f"id={uuid7()}")
    finally:
        connection.close()
