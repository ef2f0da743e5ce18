"""How long a limit takes through the service, beside other ways to ask, and whether all say the
same.
"""

import gc
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from uuid import UUID

import networkx as nx

from bench.graph.calls import call, percentile, show, time_each
from bench.graph.world import World
from bench.graph.writer import writing

Pair = tuple[UUID, UUID]
ORDINARY_LINES = 200
HUBS = 60
PAIRS = 2_000
RATE = 50
# A graph that has just been filled makes Neo4j compile its statements anew.
PATIENCE = 60.0
# Java compiles what was asked and written some ten thousand times, on the processors that answer:
# some three minutes.
WARM = 9
# The other ways are asked about so many pairs: some take seconds.
ASIDE = 300
# What an earlier run left has other versions.
HELD = """
MATCH ()-[line:TRUSTS]->()
RETURN count(line) AS lines, sum(line.version) AS versions,
  EXISTS { MATCH (:Person {id: $id}) } AS knows
"""

# Every way of at most three lines, as one would ask for them without thinking of hubs. Neo4j adds
# up nothing here: a maximum flow is no question of Cypher's.
ALL_WAYS = """
MATCH (lender:Person {id: $lender_id}), (borrower:Person {id: $borrower_id})
MATCH way = (lender)-[:TRUSTS*1..3]->(borrower)
WHERE all(line IN relationships(way) WHERE line.free > 0)
RETURN count(way) AS ways, sum(reduce(least = 9223372036854775807, line IN relationships(way) |
  CASE WHEN line.free < least THEN line.free ELSE least END)) AS least
"""


def run(world: World, seconds: float) -> dict[str, float]:
    """Measure limits between ordinary people and between hubs."""
    from graph.database import patient

    random = Random(world.seed)
    ordinary = draw_pairs(world, random, PAIRS, most=ORDINARY_LINES)
    hubs = draw_hubs(world, random, PAIRS // 4)
    with patient(seconds=PATIENCE):
        bring_world(world)
        found = check(ordinary[:ASIDE] + hubs[: ASIDE // 4])
    # As the web server does once everything is loaded.
    gc.collect()
    gc.freeze()
    with writing(RATE):
        with patient(seconds=PATIENCE):
            time_each(ask, hubs[:ASIDE] + ordinary, seconds=WARM * seconds)
        for name, pairs in (("ordinary people", ordinary), ("hubs", hubs)):
            took, answers = time_each(ask, pairs, seconds=seconds)
            found |= show(f"loan.limit between {name}", took)
            served = sum(answer["source"] == "neo4j" for answer in answers)
            found[f"loan.limit between {name}, from Neo4j of 100"] = 100 * served / len(answers)
            with patient(seconds=PATIENCE):
                for way, work in other_ways().items():
                    took, _ = time_each(work, pairs[:ASIDE], seconds=seconds / 4)
                    found |= show(f"{way}, {name}", took)
        people = sorted({lender for lender, _ in ordinary})[:ASIDE]
        took, answers = time_each(list_near, people, seconds=seconds)
    found |= show("loan.limits of ordinary people and friends of friends", took)
    near = [len(answer["limits"]) + len(answer["friends_of_friends"]) for answer in answers]
    return found | {"people near whom it lists, p50": percentile(near, 0.5)}


def bring_world(world: World) -> None:
    """Fill Neo4j unless another part has, and have it compile what is asked."""
    from django.core.management import call_command
    from django.db.models import Count, Sum

    from graph.database import driver
    from graph.trust.models import Line
    from graph.warming import run_once

    with driver().session(default_access_mode="READ") as session:
        rows = session.run(HELD, id=str(world.person(0))).data()
    held = Line.objects.aggregate(lines=Count("id"), versions=Sum("version"))
    # An empty graph has no row.
    if rows != [{**held, "versions": int(held["versions"] or 0), "knows": True}]:
        call_command("rebuild_graph")
    run_once()


def list_near(person: UUID) -> Any:
    """Ask the service who near a person could lend to them."""
    return call(person, "loan.limits", role="borrower")


def ask(pair: Pair) -> Any:
    """Ask the service, in the borrower's name."""
    return call(pair[1], "loan.limit", lender=pair[0], borrower=pair[1])


def other_ways() -> dict[str, Callable[[Pair], Any]]:
    """Return the ways beside the service, by name."""
    from graph.limits.selectors import fetch_from_neo4j, fetch_from_postgres

    def by_sql(pair: Pair) -> Any:
        return fetch_from_postgres(lender_id=pair[0], borrower_id=pair[1])

    def by_cypher(pair: Pair) -> Any:
        return fetch_from_neo4j(lender_id=pair[0], borrower_id=pair[1])

    return {
        "the subgraph alone, one Cypher query": by_cypher,
        "the subgraph alone, one SQL query": by_sql,
        "the subgraph by Cypher, its flow by networkx": lambda pair: judge(by_cypher(pair)),
        "all ways, one Cypher query": ask_all_ways,
    }


def ask_all_ways(pair: Pair) -> Any:
    """Have Neo4j go all ways."""
    from graph.database import driver

    with driver().session(default_access_mode="READ") as session:
        return session.run(ALL_WAYS, lender_id=str(pair[0]), borrower_id=str(pair[1])).single()


def judge(network: Any) -> int:
    """Return the maximum flow through a network, as networkx finds it."""
    layered = nx.DiGraph()
    layered.add_nodes_from(("lender", "borrower"))
    for person, way in network.first.items():
        layered.add_edge("lender", (1, person), capacity=way.free)
    for person, way in network.last.items():
        layered.add_edge((2, person), "borrower", capacity=way.free)
    for (giver, receiver), way in network.middle.items():
        layered.add_edge((1, giver), (2, receiver), capacity=way.free)
    for person in network.first.keys() & network.last.keys():
        layered.add_edge((1, person), (2, person))
    direct = network.direct.free if network.direct else 0
    return int(nx.maximum_flow_value(layered, "lender", "borrower")) + direct


def check(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return how many pairs were asked of both engines, and of them those that differ from what
    networkx says; nobody writes meanwhile.
    """
    from graph.limits.flow import compute_paths, total
    from graph.limits.selectors import fetch_from_neo4j, fetch_from_postgres

    wrong = carried = 0
    for lender, borrower in pairs:
        networks = [
            fetch(lender_id=lender, borrower_id=borrower)
            for fetch in (fetch_from_neo4j, fetch_from_postgres)
        ]
        values = {total(compute_paths(network)) for network in networks}
        values |= {judge(network) for network in networks}
        wrong += len(values) > 1
        carried += max(values) > 0
    return {
        "pairs compared: Neo4j, PostgreSQL, networkx": len(pairs),
        "of them with a flow": carried,
        "of them with two answers": wrong,
    }


def draw_pairs(world: World, random: Random, count: int, *, most: int) -> list[Pair]:
    """Draw pairs two or three lines apart, of people with fewer lines than `most`."""
    pairs: list[Pair] = []
    while len(pairs) < count:
        lender = world.person(random.randrange(world.people))
        borrower = walk(lender, random)
        if borrower and borrower != lender and max(map(count_lines, (lender, borrower))) < most:
            pairs.append((lender, borrower))
    return pairs


def walk(person: UUID, random: Random) -> UUID | None:
    """Return who is two or three lines away, by chance."""
    from graph.trust.models import Line

    for _ in range(random.choice((2, 3))):
        receivers = list(
            Line.objects.filter(giver_id=person).values_list("receiver_id", flat=True)[:50]
        )
        if not receivers:
            return None
        person = random.choice(receivers)
    return person


def count_lines(person: UUID) -> int:
    """Return how many lines a person gives and receives."""
    from django.db.models import Q

    from graph.trust.models import Line

    return Line.objects.filter(Q(giver_id=person) | Q(receiver_id=person)).count()


def draw_hubs(world: World, random: Random, count: int) -> list[Pair]:
    """Draw pairs among those with the most friends."""
    hubs = world.hubs(min(HUBS, world.people // 50))
    pairs: list[tuple[UUID, ...]] = [tuple(random.sample(hubs, 2)) for _ in range(count)]
    return [(lender, borrower) for lender, borrower in pairs]
