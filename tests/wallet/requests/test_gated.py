"""A bank among the sources of a request that is gated: judged before the bank is asked, and again
when it has paid.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.banking import Banks
from tests.calls import call
from tests.graph.projection.rows import run
from tests.people import level_graph
from tests.wallet.requests.asked import FUNDS, Three
from tests.wallet.requests.bank_parts import ask, ask_again, asked, from_bank, hurry, status
from wallet.accounts.services import account_of
from wallet.gates.models import Passage
from wallet.requests.errors import PaymentRequestNotPaid
from wallet.requests.models import PaymentRequest
from wallet.screening.errors import Denied
from wallet.screening.models import Decision

pytestmark = pytest.mark.usefixtures("patient")


@pytest.fixture(autouse=True)
def low(settings: Any) -> None:
    """Have small amounts gated."""
    settings.GATE_AMOUNT = settings.GATE_RING_SMALLEST = 500


def close_ring(three: Three) -> None:
    """Have who asks pay the third, and the third pay who is to pay."""
    for payer, payee in ((three.asker, three.funder), (three.funder, three.payer)):
        sent = call(payer, "transfer.send", at=three.at, to=payee, amount=1_000)["transfer"]
        call(payee, "transfer.accept", at=three.at, transfer=sent["id"])
    level_graph()


def intended(three: Three) -> int:
    account = str(account_of(person_id=three.payer, currency="CNY", at=three.at))
    (row,) = run(
        "MATCH ({id: $id})-[one:INTENDS {live: true}]->() RETURN count(one) AS many", id=account
    )
    return int(row["many"])


def outcomes(three: Three) -> list[tuple[str, str]]:
    rows = Decision.objects.filter(payer_id=three.payer, command="payment_request.pay")
    return [(row.outcome, row.became) for row in rows.order_by("id")]


def test_it_is_paid_when_the_bank_has_paid_and_stands_as_an_intent_then(
    banks: Banks, now: datetime
) -> None:
    three = Three(at=now)
    request = three.ask(1_000)

    answer = ask(three, request, {"balance": 200}, from_bank(800), number=uuid4())

    assert answer["payment_request"]["status"] == "paid"
    paid = PaymentRequest.objects.get(id=request).payment_id
    assert Passage.objects.filter(id=paid).exists()
    assert outcomes(three) == [("allow", "went")]


def test_what_would_be_refused_is_refused_before_a_bank_is_asked(
    banks: Banks, now: datetime
) -> None:
    three = Three(at=now)
    request = three.ask(1_000)
    close_ring(three)

    with pytest.raises(Denied):
        ask(three, request, from_bank(1_000), number=uuid4())

    assert asked(three) == 0
    assert (outcomes(three), intended(three)) == ([("hold", "refused")], 0)


def test_what_closes_a_ring_once_the_bank_has_paid_lies_on_the_balance(
    banks: Banks, now: datetime, settings: Any
) -> None:
    """The bank takes its time; meanwhile others pay round, and nothing stands as an intent."""
    three = Three(at=now)
    request, number = three.ask(1_000), uuid4()
    hurry(settings)
    banks.set("harbour", fault="late", seconds=1, times=1)
    pending = ask(three, request, from_bank(1_000), number=number)
    assert (pending["bank"]["status"], intended(three)) == ("unknown", 0)
    close_ring(three)
    ask_again(now)

    with pytest.raises(PaymentRequestNotPaid) as refused:
        ask(three, request, from_bank(1_000), number=number)

    assert refused.value.detail["reason"] == "risk.denied"
    assert status(three, request) == "open"
    assert three.money()[1] == FUNDS + 1_000 + 1_000
    assert (outcomes(three), intended(three)) == ([("hold", "refused")], 0)
