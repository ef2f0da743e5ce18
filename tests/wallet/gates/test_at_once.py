"""Transfers that would only together close a ring, at the same moment."""

from datetime import datetime

import pytest

from tests.people import level_graph
from tests.threads import at_once
from tests.wallet.gates.rings import FUNDS, GATED, Ring, is_held
from tests.wallet.graphed.pictures import differences

pytestmark = pytest.mark.usefixtures("patient")
ROUNDS = 12


@pytest.mark.parametrize("count", [3, 5])
def test_never_all_of_them_slip_through(now: datetime, count: int) -> None:
    """Real threads, a real Neo4j and a real PostgreSQL; each round has people of its own."""
    letters = "ABCDE"[:count]
    ways = [one + other for one, other in zip(letters, letters[1:] + letters[0], strict=True)]
    slipped, held = 0, 0
    for _ in range(ROUNDS):
        ring = Ring(count, at=now, funds=FUNDS)
        sent = at_once([ring.sender(way, GATED) for way in ways])
        assert [one for one in sent if not isinstance(one, dict)] == []
        waiting = sum(is_held(one) for one in sent)
        slipped += waiting == 0
        held += waiting
    assert slipped == 0
    assert held >= ROUNDS
    level_graph()
    assert differences() == []
