"""Where nobody knows in time, small ones go with a note and large ones are held."""

from datetime import datetime
from typing import Any

import pytest

from graph.projection.services import forget_rebuild, note_rebuild
from tests.graph.away import neo4j_away
from tests.people import level_graph
from tests.wallet.gates.rings import FUNDS, GATED, Ring, findings, intent_of, is_held
from wallet.gates import services as gates

pytestmark = pytest.mark.usefixtures("patient")
LARGE = 2_500_000


@pytest.mark.parametrize(("amount", "held"), [(LARGE - 1, False), (LARGE, True)])
@pytest.mark.parametrize("why", ["late", "away", "behind", "failed"])
def test_who_cannot_be_answered_goes_by_the_amount(
    now: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch, why: str,
    amount: int, held: bool,
) -> None:  # fmt: skip
    ring = Ring(2, at=now)

    if why == "late":
        settings.GATE_SECONDS = 0.0
        sent = ring.send("AB", amount)
    elif why == "away":
        with neo4j_away():
            sent = ring.send("AB", amount)
    elif why == "behind":
        note_rebuild()
        sent = ring.send("AB", amount)
        forget_rebuild()
    else:

        def fail(**_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(gates.intents, "intend_transfer", fail)
        sent = ring.send("AB", amount)

    assert is_held(sent) == held
    found = findings(sent)["gate.transfer.unknown"]
    assert found["outcome"] == ("hold" if held else "allow")
    assert (found["inputs"]["why"], found["inputs"]["large"]) == (why, LARGE)
    # It stands all the same, as soon as the graph can be told.
    level_graph()
    assert intent_of(sent)["version"] == 1


def test_the_budget_is_50_milliseconds_unless_the_environment_says_else() -> None:
    from config.environment import VARIABLES

    defaults = {one.name: one.default for one in VARIABLES}
    assert (defaults["KITH_GATE_MS"], defaults["KITH_GATE_AMOUNT"]) == ("50", str(GATED))
    assert FUNDS > LARGE
