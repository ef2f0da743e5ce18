"""Bringing to Neo4j what was loaded in bulk, without an event for each row."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from neo4j.exceptions import ConstraintError
from uuid_utils.compat import uuid7

from graph.database import GraphUnavailable, write
from graph.friends.events import FRIENDSHIP, project_friendship
from graph.friends.models import Block, Friendship
from graph.limits.queries import CREATE_FRIENDSHIPS, CREATE_LINES, CREATE_PEOPLE
from graph.people.events import PERSON, project_person
from graph.people.models import Person
from graph.projection.registry import Kind, Row
from graph.projection.services import apply_rows
from graph.trust.events import LINE, project_line
from graph.trust.models import Line
from outbox.models import Event
from outbox.pausing import going
from outbox.registry import Recorded, TargetAway, handle_topic, lane_of
from outbox.services import NewEvent, record

# Note [Loaded in bulk]
# A load changes hundreds of thousands of rows and records one event, whose moment is in each of
# those rows. While the event is there, Neo4j may lack any of them, and every limit comes from
# PostgreSQL. Whoever delivers it brings the rows as they are then, each with its version, so that a
# change made meanwhile counts whichever comes first. The command that loads delivers by itself;
# when it dies, or Neo4j is away, the worker does.
LOADED = "graph.loaded"
BATCH = 5_000
# Longer than a batch takes, and short enough that nobody waits for long after a crash.
LEASE = timedelta(minutes=2)

# Rows that the graph does not have are made in half the time that it takes to look for each.
CREATE = {
    PERSON.name: CREATE_PEOPLE,
    FRIENDSHIP.name: CREATE_FRIENDSHIPS,
    LINE.name: CREATE_LINES,
}

Progress = Callable[[str, int], None]


def announce(*, at: datetime) -> UUID:
    """Record, with this transaction, that rows carry the moment `at`; return the event's key."""
    key = uuid7()
    record(NewEvent(topic=LOADED, key=key, version=1, payload={"at": at.isoformat()}))
    _keep(key, at)
    return key


def bring_loaded(*, key: UUID, at: datetime, progress: Progress | None = None) -> None:
    """Bring all rows of the moment to Neo4j, then take the event away. Raises GraphUnavailable, and
    leaves it to the worker then.
    """
    try:
        # What comes to a graph that is about to be replaced is lost. See Note [Pausing a lane].
        with going(lane_of(LOADED)) as goes:
            if not goes:
                raise GraphUnavailable()
            _bring(key, at, progress)
            Event.objects.filter(topic=LOADED, key=key).delete()
    except GraphUnavailable:
        Event.objects.filter(topic=LOADED, key=key).update(not_before=datetime.now(UTC))
        raise


def _bring(key: UUID, at: datetime, progress: Progress | None) -> None:
    for kind, rows in _rows_of(at):
        done = 0
        while batch := list(islice(rows, BATCH)):
            _keep(key, datetime.now(UTC))
            _write(kind, batch)
            done += len(batch)
            if progress:
                progress(kind.name, done)


def _write(kind: Kind, rows: list[Row]) -> None:
    try:
        (answer,) = write(CREATE[kind.name], rows=rows)
    except ConstraintError:
        # The graph has some of them: from before, or by a change that came first.
        pass
    else:
        if answer["made"] == len(rows):
            return
        # Somebody at their ends is still on the way there.
    apply_rows(kind=kind, rows=rows)


def _keep(key: UUID, now: datetime) -> None:
    # Nobody else begins with it as long as somebody goes on.
    Event.objects.filter(topic=LOADED, key=key).update(not_before=now + LEASE)


def _rows_of(at: datetime) -> Iterator[tuple[Kind, Iterator[Row]]]:
    people = Person.objects.filter(created_at=at).order_by("id").iterator(chunk_size=BATCH)
    yield PERSON, map(project_person, people)
    low, high = OuterRef("low_id"), OuterRef("high_id")
    blocks = Block.objects.filter(
        Q(blocker_id=low, blocked_id=high) | Q(blocker_id=high, blocked_id=low)
    )
    friendships = Friendship.objects.filter(since=at).annotate(is_blocked=Exists(blocks))
    yield (
        FRIENDSHIP,
        (
            project_friendship(one, blocked=one.is_blocked)
            for one in friendships.order_by("id").iterator(chunk_size=BATCH)
        ),
    )
    lines = Line.objects.filter(set_at=at).order_by("id").iterator(chunk_size=BATCH)
    yield LINE, map(project_line, lines)


def _deliver(events: Sequence[Recorded], at: datetime) -> None:
    for event in events:
        moment = datetime.fromisoformat(event.payload["at"])
        try:
            bring_loaded(key=event.key, at=moment)
        except GraphUnavailable as error:
            raise TargetAway(str(error)) from error


def register_arrival() -> None:
    """Have the worker deliver what a load has left to it."""
    handle_topic(LOADED, _deliver)
