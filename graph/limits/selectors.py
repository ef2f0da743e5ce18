"""The flow from a lender to a borrower: from Neo4j where it is level, else from PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection

from graph.database import GraphUnavailable, ask
from graph.limits.flow import Path, compute_paths, total
from graph.limits.network import Network, Way
from graph.limits.queries import FIND_WAYS, WAYS_IN_POSTGRES

Source = Literal["neo4j", "postgres"]

# Is an event about a line or a friendship of these people still on its way to the graph, or is the
# graph being filled anew?
BEHIND = """
    SELECT EXISTS (SELECT FROM projection_rebuild) OR EXISTS (
        SELECT FROM outbox_event
        WHERE lane = 'graph' AND topic IN ('graph.line', 'graph.friendship')
          AND subjects && %(people)s
    )
"""
# Everybody whose line may be on a way: a new line of anybody else touches one of these.
CONCERNED = """
    SELECT receiver_id FROM trust_line WHERE giver_id = %(lender)s
    UNION SELECT giver_id FROM trust_line WHERE receiver_id = %(borrower)s
"""
ANYTHING_WAITS = """
    SELECT EXISTS (SELECT FROM projection_rebuild) OR EXISTS (
        SELECT FROM outbox_event
        WHERE lane = 'graph' AND topic IN ('graph.line', 'graph.friendship')
    )
"""


@dataclass(frozen=True)
class Flow:
    """What a lender's trust, over friends and their friends, could carry to a borrower (minor
    units).
    """

    value: int
    direct: int
    paths: list[Path]
    source: Source
    as_of: datetime


def find_flow(*, lender_id: UUID, borrower_id: UUID, at: datetime) -> Flow:
    """Return the maximum flow from lender to borrower and one way to split it into paths."""
    if not _is_behind(lender_id, borrower_id):
        try:
            network = fetch_from_neo4j(lender_id=lender_id, borrower_id=borrower_id)
        except GraphUnavailable:
            pass
        else:
            return _flow(network, "neo4j", at)
    return find_flow_in_postgres(lender_id=lender_id, borrower_id=borrower_id, at=at)


def find_flow_in_postgres(*, lender_id: UUID, borrower_id: UUID, at: datetime) -> Flow:
    """Return the same as `find_flow`, always from PostgreSQL: what the current transaction sees."""
    network = fetch_from_postgres(lender_id=lender_id, borrower_id=borrower_id)
    return _flow(network, "postgres", at)


def _flow(network: Network, source: Source, at: datetime) -> Flow:
    paths = compute_paths(network)
    direct = network.direct.free if network.direct else 0
    return Flow(value=total(paths), direct=direct, paths=paths, source=source, as_of=at)


def _is_behind(lender_id: UUID, borrower_id: UUID) -> bool:
    """Tell whether Neo4j may lack something about the people concerned.

    Asked before Neo4j is: what was delivered by then is in what Neo4j answers.
    """
    ends = {"lender": lender_id, "borrower": borrower_id}
    with connection.cursor() as cursor:
        cursor.execute(ANYTHING_WAITS)
        (waits,) = cursor.fetchone()
        if not waits:
            return False
        cursor.execute(CONCERNED, ends)
        people = [lender_id, borrower_id, *(person for (person,) in cursor.fetchall())]
        cursor.execute(BEHIND, {"people": people})
        (behind,) = cursor.fetchone()
    return bool(behind)


def fetch_from_neo4j(*, lender_id: UUID, borrower_id: UUID) -> Network:
    """Return the subgraph between two people from Neo4j. Raises GraphUnavailable."""
    rows = ask(FIND_WAYS, lender_id=str(lender_id), borrower_id=str(borrower_id))
    if not rows:
        return Network()
    (row,) = rows
    direct = [Way(UUID(line), free) for line, free in row["direct"]]
    return Network(
        direct=direct[0] if direct else None,
        first={UUID(person): Way(UUID(line), free) for person, line, free in row["first"]},
        last={UUID(person): Way(UUID(line), free) for person, line, free in row["last"]},
        middle={
            (UUID(giver), UUID(receiver)): Way(UUID(line), free)
            for giver, receiver, line, free in row["middle"]
        },
    )


def fetch_from_postgres(*, lender_id: UUID, borrower_id: UUID) -> Network:
    """Return the subgraph between two people from PostgreSQL."""
    network = Network()
    direct = None
    with connection.cursor() as cursor:
        cursor.execute(WAYS_IN_POSTGRES, {"lender": lender_id, "borrower": borrower_id})
        for place, line, giver, receiver, free in cursor.fetchall():
            way = Way(line, free)
            if place == "middle":
                network.middle[(giver, receiver)] = way
            elif place == "last":
                network.last[giver] = way
            elif receiver == borrower_id:
                direct = way
            else:
                network.first[receiver] = way
    return Network(direct, network.first, network.last, network.middle)
