"""Blocks as the graph has them, and what is kept of them once somebody has left."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from graph.friends.events import FRIENDSHIP
from graph.friends.models import Block
from graph.projection.postgres import read_all
from outbox.delivery import deliver_due
from tests.calls import call
from tests.graph.projection.rows import edges_between
from tests.people import befriend, level_graph, make_people
from wallet.closing.services import leave


def edge(one: UUID, other: UUID) -> dict[str, Any]:
    """Return the one edge of the pair as the graph has it once it is level."""
    level_graph()
    (found,) = edges_between(one, other)
    return {name: found[name] for name in ("live", "blocked")}


@pytest.mark.parametrize("are_friends", [True, False])
def test_a_block_and_its_end_reach_the_graph(now: datetime, are_friends: bool) -> None:
    one, other = make_people(2, at=now)
    if are_friends:
        befriend([(one, other)], at=now)

    call(one, "person.block", at=now, person=other, on=True)
    assert edge(one, other) == {"live": False, "blocked": True}

    call(one, "person.block", at=now, person=other, on=False)
    assert edge(one, other) == {"live": False, "blocked": False}


def test_a_pair_is_blocked_until_both_have_lifted_it(now: datetime) -> None:
    one, other = make_people(2, at=now)
    for blocker, blocked in ((one, other), (other, one)):
        call(blocker, "person.block", at=now, person=blocked, on=True)

    call(one, "person.block", at=now, person=other, on=False)
    assert edge(one, other) == {"live": False, "blocked": True}

    call(other, "friend.ask", at=now, person=one)
    assert edge(one, other) == {"live": False, "blocked": False}
    call(one, "friend.accept", at=now, person=other)
    assert edge(one, other) == {"live": True, "blocked": False}


def test_blocking_twice_is_one_change(now: datetime) -> None:
    one, other = make_people(2, at=now)
    call(one, "person.block", at=now, person=other, on=True)
    level_graph()
    (before,) = edges_between(one, other)

    call(one, "person.block", at=now, person=other, on=True)
    call(other, "person.block", at=now, person=one, on=False)
    level_graph()

    assert edges_between(one, other) == [before]


def test_a_rebuild_reads_blocks_as_they_were_told(now: datetime) -> None:
    one, other, third = make_people(3, at=now)
    befriend([(one, third)], at=now)
    call(one, "person.block", at=now, person=other, on=True)

    mine = {str(one), str(other), str(third)}
    rows = [row for row in read_all(kind=FRIENDSHIP) if {row["low"], row["high"]} <= mine]

    found = {frozenset((row["low"], row["high"])): (row["live"], row["blocked"]) for row in rows}
    assert found == {
        frozenset((str(one), str(other))): (False, True),
        frozenset((str(one), str(third))): (True, False),
    }


def test_blocks_of_who_has_left_end(now: datetime) -> None:
    gone, blocked, blocker = make_people(3, at=now)
    call(gone, "person.block", at=now, person=blocked, on=True)
    call(blocker, "person.block", at=now, person=gone, on=True)
    leave(person_id=gone, at=now)

    deliver_due("people", clock=lambda: datetime.now(UTC))

    assert not Block.objects.filter(blocker__in=[gone, blocker]).exists()
    assert edge(gone, blocked) == {"live": False, "blocked": False}
    assert edge(gone, blocker) == {"live": False, "blocked": False}
