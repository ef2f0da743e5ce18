"""The projection ends in the same graph, however often and in whatever order it is told."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from graph.friends.events import FRIENDSHIP
from graph.people.events import PERSON
from graph.projection.registry import Kind, Row
from graph.projection.services import apply_rows
from graph.trust.events import LINE
from outbox.delivery import AWAY_PAUSE, deliver_due
from outbox.models import Event
from tests.graph.away import neo4j_away
from tests.graph.projection.rows import (
    edges_between,
    forget_people,
    friendship_row,
    line_row,
    person_row,
    run,
)
from tests.people import befriend, level_graph, make_people, trust
from tests.threads import at_once
from wallet.graphed.kinds import PAYMENT


@pytest.fixture
def pair() -> Iterator[tuple[UUID, UUID]]:
    """Two ids, lower first, of people whom only the graph will know."""
    low, high = sorted((uuid7(), uuid7()))
    yield low, high
    forget_people(low, high)


def shown(row: Row, *ends: str) -> dict[str, Any]:
    """Return what an edge keeps of its row: all but the people at its ends."""
    return {name: value for name, value in row.items() if name not in ends}


EDGES = [(FRIENDSHIP, friendship_row, ("low", "high")), (LINE, line_row, ("giver", "receiver"))]


@pytest.mark.parametrize(("kind", "make", "ends"), EDGES)
def test_an_edge_is_written_once_however_often_it_is_told(
    pair: tuple[UUID, UUID], kind: Kind, make: Any, ends: tuple[str, str]
) -> None:
    row = make(*pair)

    for _ in range(3):
        apply_rows(kind=kind, rows=[row, row])

    assert edges_between(*pair) == [shown(row, *ends)]


@pytest.mark.parametrize(("kind", "make", "ends"), EDGES)
def test_the_highest_version_wins_in_whatever_order_versions_come(
    pair: tuple[UUID, UUID], kind: Kind, make: Any, ends: tuple[str, str]
) -> None:
    first = make(*pair)
    second = first | {"version": 2, "live": False, "free": 0, "capacity": 0}
    second = {name: second[name] for name in first}
    third = first | {"version": 3}

    apply_rows(kind=kind, rows=[second])
    apply_rows(kind=kind, rows=[first])
    assert edges_between(*pair) == [shown(second, *ends)]

    apply_rows(kind=kind, rows=[third, first, second])
    assert edges_between(*pair) == [shown(third, *ends)]


def test_a_tombstone_is_not_brought_back_by_an_older_event(pair: tuple[UUID, UUID]) -> None:
    begun = friendship_row(*pair)
    ended = begun | {"version": 2, "live": False}
    apply_rows(kind=FRIENDSHIP, rows=[begun])

    apply_rows(kind=FRIENDSHIP, rows=[ended])
    apply_rows(kind=FRIENDSHIP, rows=[begun])

    (edge,) = edges_between(*pair)
    assert (edge["version"], edge["live"]) == (2, False)


def test_the_end_of_a_friendship_may_come_before_its_beginning(pair: tuple[UUID, UUID]) -> None:
    begun = friendship_row(*pair)

    apply_rows(kind=FRIENDSHIP, rows=[begun | {"version": 2, "live": False}])
    apply_rows(kind=FRIENDSHIP, rows=[begun])

    (edge,) = edges_between(*pair)
    assert not edge["live"]


def test_an_edge_may_come_before_its_people(pair: tuple[UUID, UUID]) -> None:
    low, high = pair
    apply_rows(kind=FRIENDSHIP, rows=[friendship_row(low, high)])

    apply_rows(kind=PERSON, rows=[person_row(low, username="li"), person_row(high)])

    found = run("MATCH (person:Person {id: $id}) RETURN person", id=str(low))
    assert found == [{"person": person_row(low, username="li")}]
    assert len(edges_between(low, high)) == 1


def test_a_person_keeps_the_highest_version(pair: tuple[UUID, UUID]) -> None:
    low, _ = pair
    newer = person_row(low, version=5, tier="verified")

    apply_rows(kind=PERSON, rows=[newer])
    apply_rows(kind=PERSON, rows=[person_row(low, version=4)])

    assert run("MATCH (person:Person {id: $id}) RETURN person", id=str(low)) == [{"person": newer}]


def test_a_payment_is_written_once(pair: tuple[UUID, UUID]) -> None:
    payer, payee = pair
    row = {
        "id": str(uuid7()), "version": 1, "payer": str(payer), "payee": str(payee), "amount": 5,
        "currency": "CNY", "kind": "transfer", "at": 1,
    }  # fmt: skip

    for _ in range(2):
        apply_rows(kind=PAYMENT, rows=[row])

    found = run(
        "MATCH (:Account {id: $payer})-[edge]->(:Account {id: $payee})"
        " RETURN properties(edge) AS edge",
        payer=str(payer), payee=str(payee),
    )  # fmt: skip
    assert found == [{"edge": shown(row, "payer", "payee")}]
    run("MATCH (one:Account) WHERE one.id IN $ids DETACH DELETE one", ids=[str(payer), str(payee)])


def test_several_deliverers_at_once_end_in_the_highest_versions() -> None:
    """Each tells every row in an order of its own, in small batches that share people."""
    people = sorted(uuid7() for _ in range(6))
    pairs = [(one, other) for one in people for other in people if one < other]
    last = 8
    rows = [row for pair in pairs for row in [friendship_row(*pair, version=1)]]
    versions = [row | {"version": version, "since": version} for row in rows
                for version in range(1, last + 1)]  # fmt: skip

    def deliver(seed: int) -> None:
        mine = Random(seed).sample(versions, len(versions))
        for place in range(0, len(mine), 10):
            apply_rows(kind=FRIENDSHIP, rows=mine[place : place + 10])

    results = at_once([lambda seed=seed: deliver(seed) for seed in range(4)])

    assert results == [None] * 4
    edges = [edge for pair in pairs for edge in edges_between(*pair)]
    assert sorted(edge["id"] for edge in edges) == sorted(row["id"] for row in rows)
    assert {(edge["version"], edge["since"]) for edge in edges} == {(last, last)}
    forget_people(*people)


def test_deliverers_of_one_row_at_once_keep_its_highest_version(pair: tuple[UUID, UUID]) -> None:
    """Who reads the version before having the lock lets a lower one overwrite a higher."""
    row = friendship_row(*pair)
    meet = Barrier(4)
    ended: list[int] = []

    def deliver(place: int) -> None:
        for first in range(1, 161, 4):
            meet.wait(20)
            version = first + place
            apply_rows(kind=FRIENDSHIP, rows=[row | {"version": version, "since": version}])
            if meet.wait(20) == 0:
                (edge,) = edges_between(*pair)
                ended.append(edge["since"])

    assert at_once([lambda place=place: deliver(place) for place in range(4)]) == [None] * 4
    assert ended == list(range(4, 164, 4))


def test_batches_of_all_sizes_share_a_plan() -> None:
    """Else a lane stands still when a batch of another size comes. See Note [One plan for all
    sizes].
    """
    people = sorted(uuid7() for _ in range(150))
    rows = [line_row(giver, receiver) for giver, receiver in pairwise(people)]
    count_plans()
    for size in (1, 12, 120):
        apply_rows(kind=LINE, rows=rows[:size])
    assert count_plans() == 1

    # As many as there would be otherwise.
    for size in (1, 12, 120):
        run("UNWIND $rows AS row RETURN count(row)", rows=rows[:size])
    assert count_plans() == 3
    forget_people(*people)


def count_plans() -> int:
    """Return how many plans Neo4j has kept, and have it forget them."""
    (row,) = run("CALL db.clearQueryCaches()")
    return int(re.findall(r"\d+", row["value"])[0])


def test_what_people_do_reaches_the_graph_through_the_outbox(now: datetime) -> None:
    giver, receiver = make_people(2, at=now)
    trust(giver, receiver, 500, at=now)
    low, high = sorted((giver, receiver))
    level_graph()

    line, friendship = sorted(edges_between(giver, receiver), key=lambda edge: "live" in edge)

    assert (line["capacity"], line["free"], line["version"]) == (500, 500, 1)
    assert (friendship["live"], friendship["version"]) == (True, 1)
    assert not Event.objects.filter(lane="graph", subjects__overlap=[low, high]).exists()


def test_while_neo4j_is_away_events_wait_and_then_arrive(now: datetime) -> None:
    one, other = make_people(2, at=now)
    level_graph()
    befriend([(one, other)], at=now)
    away = now + timedelta(minutes=1)

    def waiting() -> list[datetime]:
        events = Event.objects.filter(lane="graph", subjects__overlap=[one, other])
        return list(events.values_list("not_before", flat=True))

    with neo4j_away():
        deliver_due("graph", clock=lambda: away)
        assert waiting() == [away + AWAY_PAUSE]
    deliver_due("graph", clock=lambda: away + AWAY_PAUSE)

    assert waiting() == []
    assert len(edges_between(one, other)) == 1
