"""A rebuild by a new store and one by batches end in the same graph as the live projection."""

from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from graph.limits.selectors import fetch_from_neo4j, find_flow
from graph.people.services import issue_token
from graph.projection import services
from graph.projection.checking import dump
from graph.projection.lag import is_being_rebuilt
from graph.projection.models import Rebuild
from graph.projection.registry import list_kinds
from graph.projection.services import forget_rebuild, note_rebuild, rebuilding_alone
from outbox import pausing
from outbox.pausing import going
from tests.calls import call
from tests.graph.projection.rows import run
from tests.people import lend, level_graph, make_people, trust
from tests.threads import Rival
from wallet.banks.services import withdraw


@pytest.fixture
def chain(now: datetime) -> list[UUID]:
    """Three people between whom there is something of every kind, told to the graph."""
    people = make_people(3, at=now, funds=settings.GATE_AMOUNT + 1_000)
    trust(people[0], people[1], 500, at=now)
    trust(people[1], people[2], 500, at=now)
    loan = lend(people[0], people[2], 300, at=now)
    call(people[2], "loan.repay", at=now, loan=loan, amount=10)
    withdraw(person_id=people[0], amount=50, currency="CNY", channel="sandbox", at=now)
    issue_token(person_id=people[0], at=now)
    # Gated, so that it is there as an intent while it is pending.
    call(people[0], "transfer.send", at=now, to=people[1], amount=settings.GATE_AMOUNT)
    level_graph()
    return people


@pytest.fixture(autouse=True)
def nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a rebuild wait for no readers."""
    monkeypatch.setattr(services, "sleep", lambda _: None)


def everything() -> dict[str, Any]:
    return {kind.name: dump(kind=kind, limit=10_000_000) for kind in list_kinds()}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_new_store_holds_what_the_live_projection_held(chain: list[UUID]) -> None:
    live = everything()
    assert all(live.values())
    run("MATCH (one:Person) WITH one LIMIT 1 DETACH DELETE one")
    run("CREATE (:Stranger)")

    said = StringIO()
    call_command("rebuild_graph", "--offline", stdout=said)

    assert everything() == live
    call_command("check_graph", stdout=StringIO())
    assert f"person: {len(live['person']):,} rows" in said.getvalue()
    # It goes on as before: indexes are there, and what comes later arrives.
    assert run("SHOW CONSTRAINTS YIELD name RETURN count(*) AS found") == [{"found": 13}]


@pytest.fixture
def half_done(
    now: datetime, chain: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[UUID]]:
    """A rebuild in batches that died after the people."""
    apply_rows = services.apply_rows

    def die(*, kind: Any, rows: Any) -> None:
        if kind.name == "line":
            raise KeyboardInterrupt
        apply_rows(kind=kind, rows=rows)

    with monkeypatch.context() as dying:
        dying.setattr(services, "apply_rows", die)
        with pytest.raises(KeyboardInterrupt):
            call_command("rebuild_graph", "--online", stdout=StringIO())
    yield chain
    call_command("rebuild_graph", "--online", stdout=StringIO())


def test_limits_are_not_read_from_a_graph_that_is_half_filled(
    now: datetime, half_done: list[UUID]
) -> None:
    assert run("MATCH ()-[line:TRUSTS]->() RETURN count(line) AS found") == [{"found": 0}]
    assert is_being_rebuilt()
    with pytest.raises(CommandError, match="rebuild_graph is under way, or died"):
        call_command("graph_lag", stdout=StringIO())

    flow = find_flow(lender_id=half_done[0], borrower_id=half_done[1], at=now)

    assert (flow.source, flow.value) == ("postgres", 210)

    call_command("rebuild_graph", "--online", stdout=StringIO())

    assert not Rebuild.objects.exists()
    flow = find_flow(lender_id=half_done[0], borrower_id=half_done[1], at=now)
    assert (flow.source, flow.value) == ("neo4j", 210)


def test_who_looked_before_a_rebuild_was_noted_still_reads_a_whole_graph(
    now: datetime, chain: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def wait(seconds: float) -> None:
        assert is_being_rebuilt()
        late = fetch_from_neo4j(lender_id=chain[0], borrower_id=chain[1])
        seen.append((seconds, late.direct and late.direct.free))

    monkeypatch.setattr(services, "sleep", wait)
    call_command("rebuild_graph", "--online", stdout=StringIO())

    assert seen == [(5.0, 210)]
    assert not is_being_rebuilt()


def test_a_graph_that_is_not_ours_cannot_be_exchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")

    with pytest.raises(CommandError, match="not ours"):
        call_command("rebuild_graph", "--offline", stdout=StringIO())


@pytest.mark.parametrize("way", ["--online", "--offline"])
def test_a_second_rebuild_is_refused_while_one_is_under_way(way: str) -> None:
    with Rival() as rival, rebuilding_alone():
        note_rebuild()
        with pytest.raises(CommandError, match="Another rebuild of the graph is under way"):
            rival.do(lambda: call_command("rebuild_graph", way, stdout=StringIO()))

        # The first one's graph is still known to be incomplete.
        assert is_being_rebuilt()
        forget_rebuild()


def test_a_rebuild_says_when_what_is_under_way_does_not_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pausing, "PATIENCE", "50ms")

    sentence = "in the lane graph has not ended within 50ms"
    with Rival() as rival, going("graph"), pytest.raises(CommandError, match=sentence):
        rival.do(lambda: call_command("rebuild_graph", "--offline", stdout=StringIO()))
