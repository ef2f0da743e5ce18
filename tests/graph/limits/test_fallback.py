"""Where Neo4j is away or behind, PostgreSQL answers, and the answer says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from graph import database
from graph.limits import selectors
from graph.limits.around import find_flows
from graph.limits.selectors import Flow, find_flow
from graph.projection.services import forget_rebuild, note_rebuild
from graph.statements import Statement
from graph.trust.events import project_line
from graph.trust.models import Line
from outbox.models import Event
from tests.graph.away import neo4j_away
from tests.graph.worlds import make_friendships, make_lines
from tests.people import level_graph, make_people

pytestmark = pytest.mark.usefixtures("patient")

TOPICS = ["graph.line", "graph.friendship"]


@contextmanager
def on_its_way(topic: str, *subjects: UUID, at: datetime) -> Iterator[None]:
    """Have an event wait that no worker may take yet."""
    line = Line.objects.filter(giver_id__in=subjects).first()
    event = Event.objects.create(
        lane="graph", topic=topic, key=subjects[0], version=0, subjects=list(subjects),
        payload=project_line(line) if line else {}, not_before=at + timedelta(hours=1),
    )  # fmt: skip
    yield
    event.delete()


@pytest.fixture
def chain(now: datetime) -> list[UUID]:
    """
    0 --9--> 1 --5--> 2 --9--> 3,  and 4 apart
    """
    people = make_people(5, at=now)
    make_lines(
        [
            (people[place], people[place + 1], amount, "any")
            for place, amount in enumerate((9, 5, 9))
        ],
        at=now,
    )
    level_graph()
    return people


def ask(people: list[UUID], *, at: datetime) -> Flow:
    return find_flow(lender_id=people[0], borrower_id=people[3], at=at)


def test_neo4j_answers_where_it_is_level(now: datetime, chain: list[UUID]) -> None:
    flow = ask(chain, at=now)

    assert (flow.source, flow.value, flow.as_of) == ("neo4j", 5, now)


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("place", range(4))
def test_postgres_answers_while_something_about_the_people_is_on_its_way(
    now: datetime, chain: list[UUID], place: int, topic: str
) -> None:
    with on_its_way(topic, chain[place], chain[4], at=now):
        flow = ask(chain, at=now)

    assert (flow.source, flow.value) == ("postgres", 5)
    assert ask(chain, at=now).source == "neo4j"


@pytest.mark.parametrize("topic", TOPICS)
def test_what_is_on_its_way_about_others_does_not_matter(
    now: datetime, chain: list[UUID], topic: str
) -> None:
    (stranger,) = make_people(1, at=now)
    level_graph()

    with on_its_way(topic, chain[4], stranger, at=now):
        assert ask(chain, at=now).source == "neo4j"


@pytest.mark.parametrize("place", range(4))
def test_of_many_events_on_their_way_those_about_the_people_count(
    now: datetime, chain: list[UUID], place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stranger,) = make_people(1, at=now)
    level_graph()
    monkeypatch.setattr(selectors, "FEW", 1)

    with on_its_way("graph.line", chain[4], stranger, at=now):
        assert ask(chain, at=now).source == "neo4j"
        with on_its_way("graph.line", chain[place], stranger, at=now):
            assert ask(chain, at=now).source == "postgres"
        with on_its_way("graph.loaded", stranger, at=now):
            assert ask(chain, at=now).source == "postgres"


@pytest.mark.parametrize("topic", [*TOPICS, "graph.loaded"])
@pytest.mark.parametrize("place", range(4))
def test_many_pairs_come_from_postgres_while_something_about_one_is_on_its_way(
    now: datetime, chain: list[UUID], place: int, topic: str
) -> None:
    pairs = [(chain[0], chain[3]), (chain[4], chain[0])]

    def sources() -> set[str]:
        return {flow.source for flow in find_flows(pairs=pairs, at=now).values()}

    assert sources() == {"neo4j"}
    with on_its_way(topic, chain[place], at=now):
        assert sources() == {"postgres"}


def test_everything_comes_from_postgres_while_the_graph_is_filled_anew(
    now: datetime, chain: list[UUID]
) -> None:
    pair = (chain[0], chain[3])
    note_rebuild()
    try:
        assert ask(chain, at=now).source == "postgres"
        assert find_flows(pairs=[pair], at=now)[pair].source == "postgres"
    finally:
        forget_rebuild()
    assert ask(chain, at=now).source == "neo4j"


def test_neo4j_is_asked_from_the_side_with_fewer_lines(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    hub --> each of three --> one
    """
    hub, *others, one = make_people(5, at=now)
    make_lines([(hub, other, 9, "any") for other in others], at=now)
    make_lines([(others[0], one, 9, "any")], at=now)
    level_graph()
    asked = []

    def note(statement: Statement, **parameters: str) -> object:
        asked.append(statement.name)
        return database.ask(statement, **parameters)

    monkeypatch.setattr(selectors, "ask", note)
    assert find_flow(lender_id=hub, borrower_id=one, at=now).value == 9
    assert find_flow(lender_id=others[0], borrower_id=one, at=now).value == 9
    assert asked == ["find_ways_back", "find_ways"]


@pytest.mark.parametrize("topic", ["graph.person", "graph.guarantee"])
def test_what_limits_do_not_read_does_not_matter(
    now: datetime, chain: list[UUID], topic: str
) -> None:
    with on_its_way(topic, chain[0], chain[3], at=now):
        assert ask(chain, at=now).source == "neo4j"


def test_a_fresh_line_counts_at_once(now: datetime, chain: list[UUID]) -> None:
    (line,) = make_lines([(chain[0], chain[3], 100, "any")], at=now)
    # Held back, in case a worker runs.
    Event.objects.filter(key=line.id).update(not_before=now + timedelta(hours=1))

    with on_its_way("graph.line", chain[0], chain[3], at=now):
        assert ask(chain, at=now).value == 105

    Event.objects.filter(key=line.id).update(not_before=now - timedelta(hours=1))
    level_graph()
    flow = ask(chain, at=now)
    assert (flow.source, flow.value, flow.direct) == ("neo4j", 105, 100)


def test_a_friendship_that_has_just_begun_counts_at_once(now: datetime) -> None:
    """
    lender --9--> a --5--> borrower      a's line is for a's friends' loans
    """
    lender, a, borrower = make_people(3, at=now)
    make_lines([(lender, a, 9, "any"), (a, borrower, 5, "friends")], at=now)
    level_graph()
    assert find_flow(lender_id=lender, borrower_id=borrower, at=now).value == 0

    make_friendships([(lender, a)], at=now)
    with on_its_way("graph.friendship", lender, a, at=now):
        flow = find_flow(lender_id=lender, borrower_id=borrower, at=now)

    assert (flow.source, flow.value) == ("postgres", 5)


def test_postgres_answers_while_neo4j_is_away(now: datetime, chain: list[UUID]) -> None:
    with neo4j_away():
        flow = ask(chain, at=now)

    assert (flow.source, flow.value) == ("postgres", 5)
    assert [path.amount for path in flow.paths] == [5]
