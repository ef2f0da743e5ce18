"""FinBench's reads in Cypher and in plain Python give the same rows, digit by digit."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from neo4j import Driver

from graph.risk.calls import answer_call, read_calls
from graph.risk.snapshots.loading import load_snapshot
from graph.risk.snapshots.reading import read_snapshot
from tests.graph.risk.made import ORDERS, MadeWorld, write_snapshot
from tests.graph.risk.plain.reads import TRANSFER, WITHDRAW
from tests.graph.risk.plain.simple import READS, answer_plainly
from tests.graph.risk.plain.world import World, read_world

# Each statement is compiled when it is first run, which takes long on a busy machine.
pytestmark = pytest.mark.timeout(400)
WORLDS = 60
CALLS_EACH = 3


def load(driver: Driver, folder: Path) -> World:
    """Load a snapshot; return it in plain Python."""
    load_snapshot(driver, read_snapshot(folder), source="a test", progress=lambda *_: None)
    return read_world(folder)


def rows_of(query: str, params: dict[str, Any]) -> list[Any]:
    return answer_call(query, params).rows


@pytest.fixture(scope="module")
def made(
    finbench: Driver, tmp_path_factory: pytest.TempPathFactory
) -> tuple[World, list[MadeWorld]]:
    """Return worlds of every kind, loaded as one snapshot."""
    worlds = [MadeWorld(seed) for seed in range(WORLDS)]
    return load(finbench, write_snapshot(tmp_path_factory.mktemp("made"), worlds)), worlds


@pytest.mark.parametrize("query", READS)
def test_a_read_on_made_worlds(made: tuple[World, list[MadeWorld]], query: str) -> None:
    world, worlds = made
    lengths: Counter[int] = Counter()
    for one in worlds:
        for _, params in one.calls([query], CALLS_EACH):
            expected = answer_plainly(world, query, params)
            assert rows_of(query, params) == expected, (query, params)
            lengths[len(expected)] += 1

    # It says something only where there is something to say.
    assert sum(count for length, count in lengths.items() if length) > WORLDS / 10


def random_call(world: World, random: Random, query: str) -> dict[str, Any]:
    """Return a call over ids of a world; near ends, so that it has something to find."""
    edges = [
        edge for (kind, _), some in world.outgoing.items() if kind == TRANSFER for edge in some
    ]
    edge = random.choice(edges)
    own = {
        "TCR2": world.people, "TCR5": world.people, "TCR11": world.people, "TCR12": world.people,
        "TCR8": world.loans.keys(),
    }  # fmt: skip
    params: dict[str, Any] = {"id": str(random.choice(sorted(own.get(query, world.accounts))))}
    if query in ("TCR1", "TCR7", "TCR9", "TSR2", "TSR3", "TSR4", "TSR5", "TSR6"):
        params["id"] = str(random.choice((edge.source, edge.target)))
    if query == "TCR6":
        withdrawals = [one for (kind, one) in world.incoming if kind == WITHDRAW]
        params["id"] = str(random.choice(withdrawals))
        params |= {"threshold1": random.choice(("0", "10000")), "threshold2": "100000"}
    if query in ("TCR3", "TCR4"):
        ends = random.choice(((edge.source, edge.target), (edge.target, edge.source)))
        params = {"id1": str(ends[0]), "id2": str(ends[1])}
    if query == "TCR10":
        params = {name: str(random.choice(sorted(world.people))) for name in ("pid1", "pid2")}
    if query == "TSR1":
        return params
    if query in ("TCR7", "TCR9", "TSR3", "TSR4", "TSR5"):
        params["threshold"] = random.choice(("0", "10000", "2000000.5"))
    if query == "TCR8":
        params["threshold"] = random.choice(("0", "0.05", "0.3", "1"))
    start, end = random.choice(
        (("2020-01", "2023-01"), ("2021-06", "2022-06"), ("2022-01", "2022-07"))
    )
    params |= {"startTime": f"{start}-01T00:00:00.000Z", "endTime": f"{end}-01T00:00:00.000Z"}
    if random.random() < 0.4:
        params["truncationLimit"] = random.choice((1, 3, 10, 500))
        params["truncationOrder"] = random.choice(ORDERS)
    return params


@pytest.fixture(scope="module")
def snapshot(finbench: Driver, data: Callable[[str], Path]) -> World:
    """Return the published snapshot, loaded."""
    return load(finbench, data("ldbc-finbench/snapshot"))


@pytest.mark.data
def test_the_examples_hold(snapshot: World, data: Callable[[str], Path]) -> None:
    lines = data("ldbc-finbench/examples.jsonl").read_text().splitlines()
    for _, call in read_calls(lines):
        assert isinstance(call, dict)
        assert rows_of(call["query"], call["params"]) == call["result"], call

    assert len(lines) == 72


@pytest.mark.data
@pytest.mark.parametrize("query", READS)
def test_a_read_on_the_snapshot(snapshot: World, query: str) -> None:
    random = Random(query)
    for _ in range(25):
        params = random_call(snapshot, random, query)
        assert rows_of(query, params) == answer_plainly(snapshot, query, params), (query, params)
