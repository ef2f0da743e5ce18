"""`check_graph` fails when either side is changed behind its back; a rebuild ends in the live
graph.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from uuid_utils.compat import uuid7

from graph.friends.models import Friendship
from graph.people.events import PERSON
from graph.people.models import Person
from graph.projection.checking import dump as dump_rows
from graph.projection.registry import list_kinds
from graph.projection.services import apply_rows
from graph.trust.models import Line
from outbox.models import Event
from tests.calls import call
from tests.graph.projection.rows import forget_people, person_row, run
from tests.people import lend, level_graph, make_people, trust

STRANGER = uuid7()


def check() -> str:
    """Run the command and return what it says; raises CommandError when something differs."""
    said = StringIO()
    call_command("check_graph", "--wait=20", stdout=said, stderr=said)
    return said.getvalue()


@pytest.fixture
def people(now: datetime) -> Iterator[tuple[UUID, UUID]]:
    """Two friends with a line and a loan between them, all of it in the graph."""
    giver, receiver = make_people(2, at=now, funds=1_000)
    trust(giver, receiver, 500, at=now)
    lend(giver, receiver, 300, at=now)
    level_graph()
    yield giver, receiver
    # Whatever a test falsified is made right again.
    Event.objects.filter(lane="graph").delete()


def edge(kind: str, change: str) -> str:
    return f"MATCH (:Person {{id: $giver}})-[edge:{kind}]-(:Person {{id: $receiver}}) {change}"


BEHIND_NEO4JS_BACK: list[tuple[str, str, str]] = [
    ("line", edge("TRUSTS", "SET edge.free = 1"), edge("TRUSTS", "SET edge.free = 200")),
    ("line", edge("TRUSTS", "SET edge.version = 0"), edge("TRUSTS", "SET edge.version = 2")),
    ("friendship", edge("FRIEND", "SET edge.live = false"), edge("FRIEND", "SET edge.live = true")),
    (
        "loan",
        "MATCH (loan:Loan)<-[:APPLIED]-(:Person {id: $receiver}) SET loan.balance = 1",
        "MATCH (loan:Loan)<-[:APPLIED]-(:Person {id: $receiver}) SET loan.balance = 300",
    ),
    (
        "person",
        "MATCH (person:Person {id: $giver}) SET person.tier = 'basic'",
        "MATCH (person:Person {id: $giver}) SET person.tier = 'verified'",
    ),
]


@pytest.mark.parametrize(("kind", "forgery", "repair"), BEHIND_NEO4JS_BACK)
def test_a_change_behind_the_back_of_neo4j_is_named(
    people: tuple[UUID, UUID], kind: str, forgery: str, repair: str
) -> None:
    ends = {"giver": str(people[0]), "receiver": str(people[1])}
    run(forgery, **ends)
    said = StringIO()

    with pytest.raises(CommandError) as caught:
        call_command("check_graph", stdout=said, stderr=said)

    assert caught.value.returncode == 1
    assert f"{kind} " in said.getvalue()
    assert "should be" in said.getvalue()
    run(repair, **ends)
    assert "no differences" in check()


def test_somebody_who_should_not_be_in_the_graph_is_named(people: tuple[UUID, UUID]) -> None:
    apply_rows(kind=PERSON, rows=[person_row(STRANGER)])
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("check_graph", stdout=said, stderr=said)

    assert f"person {STRANGER} should not be in the graph" in said.getvalue()
    forget_people(STRANGER)


@pytest.mark.parametrize(
    ("stray", "says"),
    [
        ("CREATE (:Stranger {id: 'x'})", "nodes: should be "),
        (
            "MATCH (one:Person {id: $giver}), (other:Person {id: $receiver})"
            " CREATE (one)-[:PAID {id: 'x'}]->(other)",
            "edges: should be ",
        ),
        ("CREATE (:Account {id: 'x'})", "Account: should be "),
    ],
)
def test_what_is_of_no_kind_or_belongs_to_nobody_is_counted(
    people: tuple[UUID, UUID], stray: str, says: str
) -> None:
    run(stray, giver=str(people[0]), receiver=str(people[1]))
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("check_graph", stdout=said, stderr=said)

    assert says in said.getvalue()
    run("MATCH ()-[edge:PAID]-() DELETE edge")
    run("MATCH (node {id: 'x'}) DELETE node")
    assert "no differences" in check()


def test_something_that_is_missing_in_the_graph_is_named(people: tuple[UUID, UUID]) -> None:
    line = Line.objects.get(giver_id=people[0])
    (kept,) = run("MATCH ()-[line:TRUSTS {id: $id}]->() RETURN properties(line) AS line",
                  id=str(line.id))  # fmt: skip
    run("MATCH ()-[line:TRUSTS {id: $id}]->() DELETE line", id=str(line.id))
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("check_graph", stdout=said, stderr=said)

    assert f"line {line.id} is missing in the graph" in said.getvalue()
    run(
        "MATCH (a:Person {id: $giver}), (b:Person {id: $receiver}) CREATE (a)-[e:TRUSTS]->(b)"
        " SET e = $line",
        giver=str(people[0]), receiver=str(people[1]), line=kept["line"],
    )  # fmt: skip


BEHIND_POSTGRES_BACK: list[tuple[str, Callable[[UUID, int], object]]] = [
    ("line", lambda one, by: Line.objects.filter(giver_id=one).update(capacity=500 + by)),
    (
        "friendship",
        lambda one, by: (
            Friendship.objects.filter(low_id=one).update(version=1 + by)
            or Friendship.objects.filter(high_id=one).update(version=1 + by)
        ),
    ),
    ("person", lambda one, by: Person.objects.filter(id=one).update(version=1 + by)),
]


@pytest.mark.parametrize(("kind", "forge"), BEHIND_POSTGRES_BACK)
def test_a_change_behind_the_back_of_postgres_is_named(
    people: tuple[UUID, UUID], kind: str, forge: Callable[[UUID, int], object]
) -> None:
    forge(people[0], 1)
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("check_graph", stdout=said, stderr=said)

    assert "should be" in said.getvalue()
    assert f"{kind} " in said.getvalue()
    forge(people[0], 0)
    assert "no differences" in check()


def test_a_rebuild_ends_in_the_same_graph_as_the_live_projection(
    now: datetime, people: tuple[UUID, UUID]
) -> None:
    giver, receiver = people
    call(giver, "friend.remove", at=now, person=receiver)
    level_graph()
    assert "no differences" in check()
    live = dump()

    call_command("rebuild_graph", stdout=StringIO())

    assert dump() == live
    assert "no differences" in check()


def dump() -> dict[str, list[object]]:
    return {kind.name: dump_rows(kind=kind, limit=1_000_000) for kind in list_kinds()}


def test_the_check_waits_for_what_is_on_its_way(now: datetime) -> None:
    giver, receiver = make_people(2, at=now)
    trust(giver, receiver, 500, at=now)

    assert "no differences" in check()

    assert not Event.objects.filter(lane="graph").exists()


def test_the_check_says_so_when_events_do_not_arrive(
    now: datetime, people: tuple[UUID, UUID]
) -> None:
    Event.objects.create(
        lane="graph", topic="graph.nothing", key=uuid7(), version=1, payload={},
        not_before=now.replace(year=now.year + 1),
    )  # fmt: skip

    with pytest.raises(CommandError, match="still on their way"):
        call_command("check_graph", "--wait=0.1", stdout=StringIO(), stderr=StringIO())
