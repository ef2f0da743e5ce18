"""How far the graph is behind is told to who runs the service."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from uuid_utils.compat import uuid7

from graph.projection.lag import Lag, measure_lag
from outbox.models import Event
from outbox.pausing import paused
from tests.people import level_graph
from tests.threads import at_once


@pytest.fixture
def waiting(now: datetime) -> Iterator[datetime]:
    """One event that has been on its way for 90 seconds, for a good while yet."""
    level_graph()
    event = Event.objects.create(
        lane="money", topic="money.payment", key=uuid7(), version=1, payload={},
        recorded_at=now - timedelta(seconds=90), not_before=now + timedelta(hours=1),
    )  # fmt: skip
    yield now
    event.delete()


def test_the_age_of_the_oldest_event_is_the_lag(waiting: datetime) -> None:
    assert measure_lag(at=waiting) == [
        Lag("graph", 0, 0.0, False), Lag("intents", 0, 0.0, False), Lag("money", 1, 90.0, False)
    ]  # fmt: skip


def test_the_command_says_it_and_fails_when_it_is_too_much(waiting: datetime) -> None:
    said = StringIO()
    with pytest.raises(CommandError, match="Too far behind: money"):
        call_command("graph_lag", "--json", stdout=said)
    lanes = {lane["lane"]: lane for lane in json.loads(said.getvalue())["lanes"]}
    assert (lanes["graph"]["waiting"], lanes["money"]["waiting"]) == (0, 1)
    assert lanes["money"]["oldest_seconds"] >= 90

    said = StringIO()
    call_command("graph_lag", "--most=100000", stdout=said)
    assert "money: 1 on their way, the oldest since " in said.getvalue()


def test_a_paused_lane_says_so(now: datetime) -> None:
    with paused("money"):
        ((graph, _, money),) = at_once([lambda: measure_lag(at=now)])

    assert (graph.paused, money.paused) == (False, True)
