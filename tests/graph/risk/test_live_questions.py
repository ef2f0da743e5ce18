"""The risk team's own questions in Cypher and in plain Python give the same rows."""

from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

import pytest
from neo4j import Driver

from graph.database import ask_some
from graph.risk.answers import get_question
from graph.risk.detectors.transfers import Transfer
from graph.risk.values import bind
from tests.graph.risk.plain.live import ANSWERS, HOUR, LiveWorld

# Each statement is compiled when it is first run, which takes long on a busy machine.
pytestmark = pytest.mark.timeout(400)
WORLDS = 30
APART = 1000 * HOUR


def make_live_world(seed: int) -> LiveWorld:
    """Make a world of few nodes and moments, full of ties, parallel edges and loops.

    Its moments lie apart from those of other worlds; some worlds are empty.
    """
    random = Random(seed)
    start = seed * APART
    world = LiveWorld(start, start + APART)

    def names(count: int) -> list[str]:
        return [str(UUID(int=random.getrandbits(128), version=4)) for _ in range(count)]

    world.accounts, world.people, world.devices = names(6), names(5), names(3)
    world.owns = [(random.choice(world.people), account) for account in world.accounts]
    if seed % 10 == 9:
        return world
    moments = [start + HOUR * tick for tick in range(1, 9)]
    world.transfers = [
        Transfer(
            random.choice(world.accounts), random.choice(world.accounts),
            random.choice((1, 5, 9, 10, 100)), random.choice(moments),
        )
        for _ in range(random.choice((6, 16, 26)))
    ]  # fmt: skip
    world.sign_ins = [
        (random.choice(world.devices), random.choice(world.accounts), random.choice(moments))
        for _ in range(6)
    ]
    world.loans = [
        (loan, random.choice(world.people), random.choice((0, 7, 50))) for loan in names(5)
    ]
    for _ in range(8):
        loan, borrower, _ = random.choice(world.loans)
        world.guarantees.append((
            random.choice(world.people), borrower, loan, random.choice((3, 8)),
            random.random() < 0.8, random.choice(moments),
        ))  # fmt: skip
    ends = {(random.choice(world.people), random.choice(world.people)) for _ in range(8)}
    world.lines = [(*pair, random.choice((0, 4, 6))) for pair in sorted(ends)]
    return world


KINDS = {"Account": "accounts", "Person": "people", "Device": "devices"}


def store(driver: Driver, worlds: list[LiveWorld]) -> None:
    """Write the worlds into the graph as the projection does."""
    with driver.session() as session:
        for label, attribute in KINDS.items():
            ids = [one for world in worlds for one in getattr(world, attribute)]
            session.run(f"UNWIND $ids AS id CREATE (:{label} {{id: id}})", ids=ids).consume()
            session.run(
                f"CREATE INDEX made_{attribute} IF NOT EXISTS FOR (n:{label}) ON (n.id)"
            ).consume()
        for attribute, text in STORED.items():
            rows = [list(one) for world in worlds for one in getattr(world, attribute)]
            session.run(f"UNWIND $rows AS row {text}", rows=rows).consume()


STORED = {
    "transfers": "MATCH (a:Account {id: row[0]}), (b:Account {id: row[1]})"
    " CREATE (a)-[:TRANSFERRED {amount: row[2], at: row[3]}]->(b)",
    "owns": "MATCH (a:Person {id: row[0]}), (b:Account {id: row[1]}) CREATE (a)-[:OWNS]->(b)",
    "sign_ins": "MATCH (a:Device {id: row[0]}), (b:Account {id: row[1]})"
    " CREATE (a)-[:SIGNED_IN {at: row[2]}]->(b)",
    "loans": "MATCH (a:Person {id: row[1]})"
    " CREATE (a)-[:APPLIED]->(:Loan {id: row[0], balance: row[2]})",
    "guarantees": "MATCH (a:Person {id: row[0]}), (b:Person {id: row[1]})"
    " CREATE (a)-[:GUARANTEES {loan: row[2], amount: row[3], live: row[4], at: row[5]}]->(b)",
    "lines": "MATCH (a:Person {id: row[0]}), (b:Person {id: row[1]})"
    " CREATE (a)-[:TRUSTS {free: row[2]}]->(b)",
}


@pytest.fixture(scope="module")
def made(finbench: Driver) -> Iterator[tuple[Driver, list[LiveWorld]]]:
    """Return worlds, and a graph that holds them and nothing else."""
    worlds = [make_live_world(seed) for seed in range(1, WORLDS + 1)]
    with finbench.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()
    store(finbench, worlds)
    yield finbench, worlds
    with finbench.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()
        # Where others want a constraint there may be no index.
        for attribute in KINDS.values():
            session.run(f"DROP INDEX made_{attribute} IF EXISTS").consume()


def choose(name: str, world: LiveWorld, random: Random) -> dict[str, Any]:
    """Return parameters for a question, on its bounds as often as not."""
    given: dict[str, Any] = {}
    for parameter in get_question(name, graph="live").parameters:
        given[parameter.name] = {
            "id": random.choice(world.people),
            "id1": random.choice(world.accounts), "id2": random.choice(world.accounts),
            "hours": random.choice((0, 3, 7)), "fewest": random.choice((1, 2, 3)),
            "smallest": random.choice((1, 5, 10)), "passedOn": random.choice((0.1, 0.5, 0.9)),
            "steps": random.choice((3, 4)),
            "people": ", ".join(random.sample(world.people, random.choice((1, 2, 3)))),
        }.get(parameter.name)  # fmt: skip
    bound = bind(get_question(name, graph="live"), given, graph="live")
    if "startTime" in bound:
        # Strictly inside: the first and the last moment of the world may be left out.
        bound["startTime"] = world.start + random.choice((0, HOUR))
        bound["endTime"] = world.start + random.choice((8, 9)) * HOUR
    return bound


@pytest.mark.parametrize("name", ANSWERS)
def test_a_question_and_its_plain_answer_agree(
    made: tuple[Driver, list[LiveWorld]], name: str
) -> None:
    driver, worlds = made
    question = get_question(name, graph="live")
    some = 0
    for world in worlds:
        for seed in range(3):
            bound = choose(name, world, Random(world.start + seed))
            expected = ANSWERS[name](world, bound)
            rows, more = ask_some(
                question.statement, bound, driver=driver, seconds=60, rows=1000
            )  # fmt: skip
            assert [list(row.values()) for row in rows] == expected, (name, bound)
            assert not more
            some += bool(expected)

    # It says something only where there is something to say.
    assert WORLDS / 6 < some < 3 * WORLDS


def test_who_is_unknown_has_no_rows(made: tuple[Driver, list[LiveWorld]]) -> None:
    driver, _ = made
    nobody = "0198a000-0000-7000-8000-000000000001"
    for name in ANSWERS:
        question = get_question(name, graph="live")
        given = {
            parameter.name: nobody
            for parameter in question.parameters
            if parameter.name in ("id", "id1", "id2", "people")
        }
        if given:
            bound = bind(question, given, graph="live")
            assert ask_some(question.statement, bound, driver=driver, seconds=60, rows=9) == (
                [], False,
            )  # fmt: skip
