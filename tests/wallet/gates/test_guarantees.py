"""Loans whose guarantors would stand for too much are refused, with what was found."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from tests.calls import call
from tests.graph.away import neo4j_away
from tests.graph.projection.rows import run
from tests.people import level_graph, make_people, trust
from tests.threads import at_once
from tests.wallet.gates.rings import findings
from wallet.lending.models import Loan
from wallet.screening.errors import Denied
from wallet.screening.selectors import list_decisions

pytestmark = pytest.mark.usefixtures("patient")
MOST = 1_000


class Chain:
    """A lender trusts a guarantor, who trusts several who borrow."""

    def __init__(self, borrowers: int = 1, *, at: datetime) -> None:
        self.at = at
        self.lender, self.guarantor = make_people(2, at=at, funds=1_000_000)
        self.borrowers = make_people(borrowers, at=at)
        trust(self.lender, self.guarantor, 100_000, at=at)
        for one in self.borrowers:
            trust(self.guarantor, one, 50_000, at=at)
        level_graph()

    def ask(self, amount: int, *, borrower: int = 0) -> UUID:
        answer = call(self.borrowers[borrower], "loan.ask", at=self.at, lender=self.lender,
                      amount=amount, days=30)  # fmt: skip
        return UUID(answer["loan"]["id"])

    def grant(self, loan: UUID) -> str:
        answer = call(self.lender, "loan.grant", at=self.at, loan=loan)
        return str(answer["loan"]["status"])


def intents_of(loan: UUID) -> int:
    (row,) = run("MATCH ()-[one:INTENDS {loan: $loan}]->() RETURN count(one) AS found",
                 loan=str(loan))  # fmt: skip
    return int(row["found"])


def test_a_chain_that_carries_too_much_is_refused_and_kept(now: datetime, settings: Any) -> None:
    settings.GATE_CHAIN_OWED = MOST
    chain = Chain(at=now)
    assert chain.grant(chain.ask(600)) == "open"
    level_graph()
    second, third = chain.ask(401), chain.ask(400)

    with pytest.raises(Denied) as refusal:
        chain.grant(second)

    assert refusal.value.code == "risk.denied"
    assert Loan.objects.get(id=second).status == "asked"
    found = findings(second)["gate.guarantee.chain"]
    assert found["outcome"] == "hold"
    assert (found["inputs"]["owed"], found["inputs"]["above"]) == (
        {str(chain.guarantor): 1_001},
        MOST,
    )
    # Nothing is left of it, so what is just enough goes.
    assert intents_of(second) == 0
    assert chain.grant(third) == "open"
    assert intents_of(third) == 1


def test_a_loan_that_nobody_else_stands_behind_passes_no_gate(now: datetime, settings: Any) -> None:
    settings.GATE_CHAIN_OWED = 0
    chain = Chain(at=now)
    trust(chain.lender, chain.borrowers[0], 500, at=now)
    level_graph()
    loan = chain.ask(500)

    assert chain.grant(loan) == "open"
    found = [item["rule"] for one in list_decisions(payment_id=loan) for item in one.findings]
    assert [rule for rule in found if rule.startswith("gate.")] == []


def test_loans_at_once_that_are_too_much_together_are_not_all_granted(
    now: datetime, settings: Any
) -> None:
    settings.GATE_CHAIN_OWED = MOST
    for _ in range(5):
        chain = Chain(3, at=now)
        loans = [chain.ask(400, borrower=place) for place in range(3)]

        answers = at_once([partial(chain.grant, loan) for loan in loans])

        assert all(one == "open" or isinstance(one, Denied) for one in answers), answers
        assert answers.count("open") < 3


@pytest.mark.parametrize(("large", "granted"), [(601, True), (600, False)])
def test_without_neo4j_small_loans_go_and_large_ones_do_not(
    now: datetime, settings: Any, large: int, granted: bool
) -> None:
    settings.GATE_LARGE = large
    chain = Chain(at=now)
    loan = chain.ask(600)

    with neo4j_away():
        if granted:
            assert chain.grant(loan) == "open"
        else:
            with pytest.raises(Denied):
                chain.grant(loan)

    assert findings(loan)["gate.guarantee.unknown"]["inputs"]["why"] == "away"


def test_what_was_permitted_beforehand_is_tested_too_and_remains_an_ask(
    now: datetime, settings: Any
) -> None:
    settings.GATE_CHAIN_OWED = MOST
    chain = Chain(at=now)
    trust(chain.lender, chain.borrowers[0], 1, at=now)
    level_graph()
    call(chain.lender, "loan.allow", at=now, person=chain.borrowers[0], amount=10_000,
         until=now + timedelta(days=5))  # fmt: skip

    refused, granted = chain.ask(1_002), chain.ask(1_000)

    assert Loan.objects.get(id=refused).status == "asked"
    assert findings(refused)["gate.guarantee.chain"]["outcome"] == "hold"
    assert intents_of(refused) == 0
    assert Loan.objects.get(id=granted).status == "open"
    assert findings(granted)["gate.guarantee.chain"]["outcome"] == "allow"
