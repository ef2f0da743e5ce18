"""What was loaded in bulk arrives in Neo4j, whoever brings it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import randrange
from threading import Event as Signal
from typing import Any
from uuid import UUID, uuid4

import pytest

from graph.database import GraphUnavailable
from graph.friends.events import FRIENDSHIP
from graph.limits import arrival
from graph.limits.arrival import LOADED
from graph.limits.loading import Loaded, load_trust
from graph.limits.names import find_named
from graph.limits.selectors import find_flow
from graph.limits.trust_file import read_trust_file
from graph.people.models import Tier
from graph.projection.checking import compare_all
from graph.projection.registry import Kind, Row
from graph.trust.events import LINE
from outbox import registry
from outbox.delivery import deliver_due
from outbox.models import Event
from outbox.pausing import paused
from outbox.registry import Handler, Later, Recorded
from tests.people import befriend, level_graph, make_people
from tests.threads import Rival, at_once

pytestmark = pytest.mark.usefixtures("patient")

HEADER = "from,to,capacity"


@pytest.fixture
def mark() -> str:
    """Return a beginning for the names of one test."""
    return uuid4().hex[:8]


@pytest.fixture
def moment(now: datetime) -> datetime:
    """Return a moment at which nothing else was made."""
    return now.replace(microsecond=randrange(1, 1_000_000))


def load_quietly(mark: str, *, at: datetime) -> tuple[Loaded, UUID, UUID]:
    """Load a line of 500 in PostgreSQL alone, as a command does that dies then."""
    file = read_trust_file([HEADER, f"{mark}-a,{mark}-b,500"])
    loaded = load_trust(file=file, tier=Tier.BASIC, skip_bad=False, at=at)
    people = find_named([f"{mark}-a", f"{mark}-b"])
    return loaded, people[f"{mark}-a"], people[f"{mark}-b"]


def test_limits_come_from_postgres_until_a_load_is_in_neo4j_and_the_worker_ends_it(
    mark: str, now: datetime
) -> None:
    stranger, other = make_people(2, at=now)
    level_graph()
    loaded, a, b = load_quietly(mark, at=now)

    flow = find_flow(lender_id=a, borrower_id=b, at=now)
    assert (flow.source, flow.value) == ("postgres", 500)
    assert find_flow(lender_id=stranger, borrower_id=other, at=now).source == "postgres"

    # The command has not come back for minutes.
    deliver_due("graph", clock=lambda: now + arrival.LEASE + timedelta(seconds=1))

    assert not Event.objects.filter(key=loaded.event).exists()
    flow = find_flow(lender_id=a, borrower_id=b, at=now)
    assert (flow.source, flow.value) == ("neo4j", 500)


def test_a_load_leaves_a_graph_alone_that_is_about_to_be_replaced(mark: str, now: datetime) -> None:
    loaded, a, b = load_quietly(mark, at=now)
    assert loaded.event is not None
    key = loaded.event

    def bring() -> None:
        with pytest.raises(GraphUnavailable):
            arrival.bring_loaded(key=key, at=now)

    with paused("graph"):
        # From a connection of its own, since who pauses is not held up.
        at_once([bring])

    assert Event.objects.filter(key=key).exists()
    level_graph()
    assert find_flow(lender_id=a, borrower_id=b, at=now).source == "neo4j"


class Watched:
    """Brings rows one by one, notes of what kinds they are, and meets the first with a rival."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.written: list[str] = []
        self.meet: Callable[[], object] = lambda: None
        self._write = arrival._write
        monkeypatch.setattr(arrival, "BATCH", 1)
        monkeypatch.setattr(arrival, "_write", self._write_one)

    def _write_one(self, kind: Kind, rows: list[Row]) -> None:
        self._write(kind, rows)
        self.written.append(kind.name)
        if len(self.written) == 1:
            self.meet()


def pause_graph(until: Signal) -> bool:
    with paused("graph"):
        return until.wait(20)


def test_a_pause_does_not_wait_for_a_whole_load_and_the_worker_goes_on_afterwards(
    mark: str, now: datetime, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, a, b = load_quietly(mark, at=moment)
    assert loaded.event is not None
    watched = Watched(monkeypatch)

    with Rival() as rival:

        def meet() -> None:
            pauses.append(rival.start(lambda: pause_graph(given_up)))
            rival.wait_until_blocked()

        given_up, pauses = Signal(), list[Any]()
        watched.meet = meet
        with pytest.raises(GraphUnavailable):
            arrival.bring_loaded(key=loaded.event, at=moment)
        given_up.set()
        assert pauses[0].result(20) is True
    assert watched.written == ["person"]
    # The event is not taken away before everything is there.
    assert Event.objects.filter(key=loaded.event).exists()

    level_graph()

    assert watched.written == ["person", "person", "friendship", "line"]
    assert not Event.objects.filter(key=loaded.event).exists()
    assert find_flow(lender_id=a, borrower_id=b, at=now).source == "neo4j"


def test_a_load_lets_what_else_is_in_the_lane_pass(
    mark: str, now: datetime, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    level_graph()
    loaded, *_ = load_quietly(mark, at=moment)
    watched = Watched(monkeypatch)
    monkeypatch.setattr(arrival, "AT_A_TIME", 1)
    watched.meet = lambda: befriend([tuple(make_people(2, at=now))], at=now)
    told: list[str] = []

    def tell(topic: str) -> Handler:
        handler = registry.get_handler(topic)

        def note(events: Sequence[Recorded], at: datetime) -> Later | None:
            # What others have left is no matter.
            if topic != LOADED or loaded.event in {event.key for event in events}:
                told.append(topic)
            return handler(events, at)

        return note

    for topic in (LOADED, FRIENDSHIP.topic):
        monkeypatch.setitem(registry._handlers, topic, tell(topic))
    deliver_due("graph", clock=lambda: now + arrival.LEASE + timedelta(seconds=1))

    # A row at a time, and an end.
    assert told == [LOADED, LOADED, FRIENDSHIP.topic, LOADED, LOADED, LOADED]
    assert watched.written == ["person", "person", "friendship", "line"]
    assert not Event.objects.filter(key=loaded.event).exists()


@pytest.mark.parametrize("first", ["live", "load"])
def test_a_change_made_meanwhile_wins_whichever_comes_first(
    mark: str, now: datetime, first: str
) -> None:
    from graph.friends.services import trust as set_trust

    loaded, a, b = load_quietly(mark, at=now)
    assert loaded.event is not None
    set_trust(person_id=a, other=b, capacity=200, lenders=None, at=now)

    deliver = [level_graph, lambda: arrival.bring_loaded(key=loaded.event, at=now)]
    for step in deliver if first == "live" else reversed(deliver):
        step()

    flow = find_flow(lender_id=a, borrower_id=b, at=now)
    assert (flow.source, flow.value) == ("neo4j", 200)
    assert compare_all(kind=LINE, most=3) == []
