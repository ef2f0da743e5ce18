"""Reading how people stand among others, from Neo4j alone."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from graph.database import GraphUnavailable, stream
from graph.relations.queries import FIND_STANDING

# Payments are many and say nothing about a standing: nobody waits for those.
CONCERNED = "lane = 'graph' AND topic IN ('graph.line', 'graph.friendship', 'graph.person')"
# While the graph is filled anew, or rows that were loaded in bulk are brought to it, anybody's
# friends and lines may be missing, however long they have been there.
HALF_EMPTY = """
    EXISTS (SELECT FROM projection_rebuild)
    OR EXISTS (SELECT FROM outbox_event WHERE lane = 'graph' AND topic = 'graph.loaded')
"""
LAST_EVENT = f"SELECT COALESCE(max(id), 0) FROM outbox_event WHERE {CONCERNED}"  # noqa: S608
WAITS = f"""
    SELECT {HALF_EMPTY} OR EXISTS (SELECT FROM outbox_event WHERE {CONCERNED} AND id <= %s)
"""  # noqa: S608


@dataclass(frozen=True)
class Standing:
    """How somebody stands in the graph: friends, people behind them, lines to them that burned."""

    friends: int
    behind: int
    burned: int


def find_last_event() -> int:
    """Return the number of the newest event that is on its way to the graph, 0 if none is."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_EVENT)
        (last,) = cursor.fetchone()
    return int(last)


def require_level(*, up_to: int) -> None:
    """Raise GraphUnavailable while the graph lacks an event up to this number, is filled anew, or
    lacks what was loaded in bulk.
    """
    with connection.cursor() as cursor:
        cursor.execute(WAITS, [up_to])
        (waits,) = cursor.fetchone()
    if waits:
        raise GraphUnavailable(retry_after_ms=1_000)


def list_standings(*, person_ids: Collection[UUID], least: int) -> dict[UUID, Standing]:
    """Return the standing of those of the people whom the graph knows, in one question.

    `least` is the capacity from which on a trust line counts. Raises GraphUnavailable: PostgreSQL
    is not asked instead, so that a standing never depends on which of the two answered.
    """
    # Streamed, because nobody waits: a question about thousands of people has no two seconds.
    people = [str(person_id) for person_id in person_ids]
    rows = stream(FIND_STANDING, people=people, least=least)
    return {
        UUID(row["person_id"]): Standing(row["friends"], row["behind"], row["burned"])
        for row in rows
    }
