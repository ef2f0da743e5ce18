"""The flow from a lender to a borrower: from Neo4j where it is level, else from PostgreSQL."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from commands.questions import Question, Rows, ask_one
from graph.database import GraphUnavailable, ask
from graph.limits.arrival import LOADED
from graph.limits.flow import Path, Solved, solve, total
from graph.limits.network import Network, Way
from graph.limits.queries import FIND_WAYS, FIND_WAYS_BACK, WAYS_IN_POSTGRES

Source = Literal["neo4j", "postgres"]

# Note [Level with PostgreSQL]
# Whether Neo4j may lack something is asked before Neo4j is: what was delivered by then is in its
# answer. Concerned are the lender, the borrower, and everybody with a line from the one or to the
# other: any line on a way, and any friendship that opens one, has one of them at an end. Lines
# that ended keep their rows, so that nobody who was concerned when an event was recorded is
# forgotten before it is delivered. A load in bulk (see Note [Loaded in bulk]) and a rebuild concern
# everybody; before a rebuild deletes anything, it waits for those who looked before it said so.
READ = ["graph.line", "graph.friendship", LOADED]
# Mostly a handful of events waits, and each looks for itself among the lines of the two; once so
# many wait, the index over whom they concern is asked instead.
FEW = 64
WAITING = """
    WITH waiting AS MATERIALIZED (
        SELECT * FROM outbox_waiting('graph', %(topics)s::text[], %(few)s)
    )
    SELECT count(*), (SELECT count(*) FROM trust_line WHERE giver_id = %(lender)s)
                   > (SELECT count(*) FROM trust_line WHERE receiver_id = %(borrower)s),
    EXISTS (SELECT FROM projection_rebuild) OR COALESCE(bool_or(
        topic = %(loaded)s
        OR subjects && ARRAY[%(lender)s, %(borrower)s]::uuid[]
        OR EXISTS (SELECT FROM trust_line
                   WHERE giver_id = %(lender)s AND receiver_id = ANY(subjects))
        OR EXISTS (SELECT FROM trust_line
                   WHERE receiver_id = %(borrower)s AND giver_id = ANY(subjects))
    ), false) FROM waiting
"""
MANY_WAIT = """
    SELECT EXISTS (
        SELECT FROM outbox_event
        WHERE lane = 'graph' AND topic = ANY(%(topics)s::text[]) AND (topic = %(loaded)s
            OR subjects && ARRAY(
                SELECT receiver_id FROM trust_line WHERE giver_id = %(lender)s
                UNION SELECT giver_id FROM trust_line WHERE receiver_id = %(borrower)s
                UNION VALUES (%(lender)s::uuid), (%(borrower)s::uuid)))
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
    solved: Solved | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Level:
    """Whether Neo4j may lack something about those whom a limit concerns.

    `is_crowded` where so many events wait that only a part of them was looked at; `back` where the
    lender has more lines to give than the borrower has to take. See Note [Level with PostgreSQL].
    """

    behind: bool
    is_crowded: bool
    back: bool


def find_flow(
    *, lender_id: UUID, borrower_id: UUID, at: datetime, level: Level | None = None
) -> Flow:
    """Return the maximum flow from lender to borrower and one way to split it into paths. `level`
    is for who has looked just now.
    """
    if lender_id == borrower_id:
        return make_flow(Network(), "postgres", at)
    level = level or ask_one(about_level(lender_id=lender_id, borrower_id=borrower_id))
    if not (level.behind or (level.is_crowded and _is_concerned(lender_id, borrower_id))):
        try:
            network = fetch_from_neo4j(
                lender_id=lender_id, borrower_id=borrower_id, back=level.back
            )
        except GraphUnavailable:
            pass
        else:
            return make_flow(network, "neo4j", at)
    return find_flow_in_postgres(lender_id=lender_id, borrower_id=borrower_id, at=at)


def find_flow_in_postgres(*, lender_id: UUID, borrower_id: UUID, at: datetime) -> Flow:
    """Return the same as `find_flow`, always from PostgreSQL: what the current transaction sees."""
    network = fetch_from_postgres(lender_id=lender_id, borrower_id=borrower_id)
    return make_flow(network, "postgres", at)


def make_flow(network: Network, source: Source, at: datetime) -> Flow:
    """Return the flow through a network that one of the two has answered."""
    solved = solve(network)
    direct = network.direct.free if network.direct else 0
    return Flow(
        value=total(solved.paths), direct=direct, paths=solved.paths, source=source, as_of=at,
        solved=solved,
    )  # fmt: skip


def about_level(*, lender_id: UUID, borrower_id: UUID) -> Question[Level]:
    """Ask how level Neo4j is for a lender and a borrower."""
    return Question(WAITING, _values(lender_id, borrower_id), _read_level)


def _read_level(rows: Rows) -> Level:
    ((waiting, back, behind),) = rows
    return Level(behind=behind, is_crowded=waiting == FEW, back=back)


def _is_concerned(lender_id: UUID, borrower_id: UUID) -> bool:
    # Planned each time, as a rush has made the table by now.
    with connection.cursor() as cursor:
        cursor.execute(MANY_WAIT, _values(lender_id, borrower_id))
        ((concerned,),) = cursor.fetchall()
    return bool(concerned)


def _values(lender_id: UUID, borrower_id: UUID) -> dict[str, Any]:
    return {
        "lender": lender_id, "borrower": borrower_id, "topics": READ, "loaded": LOADED,
        "few": FEW,
    }  # fmt: skip


def fetch_from_neo4j(*, lender_id: UUID, borrower_id: UUID, back: bool = False) -> Network:
    """Return the subgraph between two people from Neo4j; `back` looks for the lines between from
    the borrower's side. Raises GraphUnavailable.
    """
    statement = FIND_WAYS_BACK if back else FIND_WAYS
    rows = ask(statement, lender_id=str(lender_id), borrower_id=str(borrower_id))
    if not rows:
        return Network()
    (row,) = rows
    return _read_row(row)


def _read_row(row: dict[str, Any]) -> Network:
    """Return the network of a row of FIND_WAYS."""
    return Network(
        direct=next((Way(line, free) for line, free in row["direct"]), None),
        first={UUID(person): Way(line, free) for person, line, free in row["first"]},
        last={UUID(person): Way(line, free) for person, line, free in row["last"]},
        middle={
            (UUID(giver), UUID(receiver)): Way(line, free)
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
