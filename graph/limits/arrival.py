"""Bringing to Neo4j what was loaded in bulk, without an event for each row."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from neo4j.exceptions import ConstraintError
from uuid_utils.compat import uuid7

from graph.database import GraphUnavailable, write
from graph.friends.events import FRIENDSHIP
from graph.friends.models import Friendship
from graph.limits.queries import CREATE_FRIENDSHIPS, CREATE_LINES, CREATE_PEOPLE
from graph.people.events import PERSON
from graph.people.models import Person
from graph.projection.postgres import read_rows
from graph.projection.registry import Kind, Row
from graph.projection.services import apply_rows, prepare_schema
from graph.trust.events import LINE
from graph.trust.models import Line
from outbox.models import Event
from outbox.pausing import going
from outbox.registry import Later, Recorded, TargetAway, handle_topic, lane_of
from outbox.services import NewEvent, record

# Note [Loaded in bulk]
# A load changes hundreds of thousands of rows and records one event, whose moment is in each of
# those rows. While the event is there, Neo4j may lack any of them, and every limit comes from
# PostgreSQL. Whoever delivers it brings the rows as they are then, each with its version, so that a
# change made meanwhile counts whichever comes first. The command that loads delivers by itself;
# when it dies, or Neo4j is away, the worker goes on where it ended.
LOADED = "graph.loaded"
LANE = lane_of(LOADED)
BATCH = 5_000
# So many batches the worker brings before it looks at what else there is.
AT_A_TIME = 4
# Longer than a batch takes, and short enough that nobody waits for long after a crash.
LEASE = timedelta(minutes=2)

# Rows that the graph does not have are made in half the time that it takes to look for each.
CREATE = {
    PERSON.name: CREATE_PEOPLE,
    FRIENDSHIP.name: CREATE_FRIENDSHIPS,
    LINE.name: CREATE_LINES,
}
# Where the moment of a load stands.
MOMENTS: dict[str, tuple[Any, str]] = {
    PERSON.name: (Person, "created_at"),
    FRIENDSHIP.name: (Friendship, "since"),
    LINE.name: (Line, "set_at"),
}

Progress = Callable[[str, int], None]
# A kind and a row's id.
After = tuple[str, str]


def announce(*, at: datetime) -> UUID:
    """Record, with this transaction, that rows carry the moment `at`; return the event's key."""
    key = uuid7()
    record(NewEvent(topic=LOADED, key=key, version=1, payload={"at": at.isoformat()}))
    _keep(key, at)
    return key


def bring_loaded(*, key: UUID, at: datetime, progress: Progress | None = None) -> None:
    """Bring all rows of the moment to Neo4j, then take the event away. Raises GraphUnavailable, and
    leaves the rest to the worker then.
    """
    done: Counter[str] = Counter()
    batches = _batches_of(at, after=None)
    try:
        # A Neo4j that was started for this load has no indexes yet.
        prepare_schema()
        more = True
        while more:
            # Nobody who pauses waits for the whole load. See Note [Pausing a lane].
            with going(LANE) as goes:
                if not goes:
                    raise GraphUnavailable()
                more = False
                for kind, batch in islice(batches, 1):
                    more = True
                    _bring(key, at, kind, batch)
                    done[kind.name] += len(batch)
                    if progress:
                        progress(kind.name, done[kind.name])
        Event.objects.filter(topic=LOADED, key=key).delete()
    except GraphUnavailable:
        Event.objects.filter(topic=LOADED, key=key).update(not_before=datetime.now(UTC))
        raise


def _bring(key: UUID, at: datetime, kind: Kind, batch: list[Row]) -> None:
    _keep(key, datetime.now(UTC))
    _write(kind, batch)
    # A graph that takes the place of this one has these rows as well, from PostgreSQL.
    payload = {"at": at.isoformat(), "after": [kind.name, batch[-1]["id"]]}
    Event.objects.filter(topic=LOADED, key=key).update(payload=payload)


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


def _batches_of(at: datetime, *, after: After | None) -> Iterator[tuple[Kind, list[Row]]]:
    """Yield the rows of the moment that come after the one that was brought last."""
    kinds = [PERSON, FRIENDSHIP, LINE]
    names = [kind.name for kind in kinds]
    name, last = after or (names[0], None)
    for kind in kinds[names.index(name) :]:
        last = last if kind.name == name else None
        # Page by page, not by a cursor on the server's side: whoever stops in the middle leaves
        # it to be closed at any moment, also while its connection is in use.
        while rows := _read_page(kind, at, last):
            last = rows[-1]["id"]
            for first in range(0, len(rows), BATCH):
                yield kind, rows[first : first + BATCH]


def _read_page(kind: Kind, at: datetime, last: str | None) -> list[Row]:
    model, moment = MOMENTS[kind.name]
    found: QuerySet[Any] = model.objects.filter(**{moment: at})
    later = found.filter(id__gt=last) if last else found
    ids = later.order_by("id").values_list("id", flat=True)[: BATCH * AT_A_TIME]
    rows = read_rows(kind=kind, ids=[str(row_id) for row_id in ids])
    return [rows[row_id] for row_id in sorted(rows)]


def _deliver(events: Sequence[Recorded], at: datetime) -> Later:
    later = Later()
    for event in events:
        moment = datetime.fromisoformat(event.payload["at"])
        batches = _batches_of(moment, after=event.payload.get("after"))
        try:
            for kind, batch in islice(batches, AT_A_TIME):
                _bring(event.key, moment, kind, batch)
                # What else is in the lane need not wait for all of it, nor who wants to pause it.
                later.events[event.id] = at
        except GraphUnavailable as error:
            raise TargetAway(str(error)) from error
    return later


def register_arrival() -> None:
    """Have the worker deliver what a load has left to it."""
    handle_topic(LOADED, _deliver)
