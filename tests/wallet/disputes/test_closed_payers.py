"""Disputes of somebody who has closed their account meanwhile."""

from datetime import datetime

import pytest

from tests.people import account
from tests.wallet.disputes.cases import Case
from tests.wallet.requests.asked import FUNDS
from wallet.disputes.errors import PayerClosed
from wallet.ledger.models import Account

PAID = [(FUNDS - 800, 0), (FUNDS + 800, 0)]


def test_nothing_goes_back_into_an_account_that_was_closed(now: datetime) -> None:
    case = Case(at=now)
    # The closing had looked when the dispute was opened.
    Account.objects.filter(id=account(case.payer, at=now).id).update(closed=True)
    case.act(case.one, "propose", outcome="reverse")

    with pytest.raises(PayerClosed) as refusal:
        case.act(case.other, "confirm")

    assert (refusal.value.code, refusal.value.status) == ("dispute.payer_closed", 409)
    assert case.money() == PAID
    assert case.act(case.other, "refuse")["status"] == "open"
    case.act(case.one, "propose", outcome="reject")
    assert case.act(case.other, "confirm")["status"] == "rejected"
