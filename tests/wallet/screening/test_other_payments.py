"""Payments that cannot wait: of requests, bills, settling, loans, vouchers, and to banks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.calls import call
from tests.people import balance, level_graph, make_group, make_people, trust
from tests.together import make_job, results, together
from tests.wallet.screening.judging import PIN, give_pin, judging
from wallet.limits.errors import PinRequired
from wallet.screening.errors import Denied
from wallet.screening.models import Decision
from wallet.screening.payments import Outcome

FUNDS = 100_000
Pay = Callable[..., Any]


def request(payer: UUID, payee: UUID, at: datetime) -> Pay:
    asked = call(payee, "payment_request.create", at=at, to=payer, amount=700)["payment_request"]
    return lambda **pin: call(
        payer, "payment_request.pay", at=at, payment_request=asked["id"], **pin
    )


def bill(payer: UUID, payee: UUID, at: datetime) -> Pay:
    room = make_group([payee, payer], at=at)
    between = {"mode": "exact", "amounts": {str(payer): 700, str(payee): 300}}
    made = call(payee, "split.create", at=at, room=room, amount=1_000, note="Tea", between=between)[
        "split"
    ]
    return lambda **pin: call(payer, "split.pay", at=at, split=made["id"], **pin)


def settling(payer: UUID, payee: UUID, at: datetime) -> Pay:
    room = make_group([payee, payer], at=at)
    between = {"mode": "exact", "amounts": {str(payer): 700, str(payee): 300}}
    call(
        payee, "expense.add", at=at, room=room, paid={str(payee): 1_000}, between=between,
        note="Tea",
    )  # fmt: skip
    return lambda **pin: call(payer, "room.settle", at=at, room=room, to=payee, amount=700, **pin)


def loan(payer: UUID, payee: UUID, at: datetime) -> Pay:
    trust(payer, payee, 5_000, at=at)
    level_graph()
    asked = call(payee, "loan.ask", at=at, lender=payer, amount=700, days=30)["loan"]
    return lambda **pin: call(payer, "loan.grant", at=at, loan=asked["id"], **pin)


def vouchers(payer: UUID, payee: UUID, at: datetime) -> Pay:
    ends = (at + timedelta(days=3)).isoformat()
    return lambda **pin: call(
        payer, "voucher.issue", at=at, people=[payee], amount=700, expires_at=ends, **pin
    )


def withdrawing(payer: UUID, _: UUID, at: datetime) -> Pay:
    return lambda **pin: call(payer, "wallet.withdraw", at=at, amount=700, channel="sandbox", **pin)


WAYS = {
    "payment_request.pay": request, "split.pay": bill, "room.settle": settling,
    "loan.grant": loan, "voucher.issue": vouchers, "wallet.withdraw": withdrawing,
}  # fmt: skip


def kept(payer: UUID) -> list[tuple[str, str, str, int]]:
    rows = Decision.objects.filter(payer_id=payer).order_by("id")
    return [(one.command, one.outcome, one.became, one.amount) for one in rows]


@pytest.mark.parametrize("command", WAYS)
@pytest.mark.parametrize("outcome", [Outcome.DENY, Outcome.HOLD])
def test_what_cannot_be_held_is_refused(now: datetime, command: str, outcome: Outcome) -> None:
    payer, payee = make_people(2, at=now, funds=FUNDS)
    pay = WAYS[command](payer, payee, now)

    with judging(outcome, payer), pytest.raises(Denied) as refusal:
        pay()

    assert refusal.value.code == "risk.denied"
    assert kept(payer) == [(command, str(outcome), "refused", 700)]
    assert [balance(one, at=now) for one in (payer, payee)] == [FUNDS, FUNDS]


@pytest.mark.parametrize("command", WAYS)
def test_a_challenge_asks_for_the_pin_also_of_who_has_none(now: datetime, command: str) -> None:
    payer, payee = make_people(2, at=now, funds=FUNDS)
    pay = WAYS[command](payer, payee, now)

    with judging(Outcome.CHALLENGE, payer):
        with pytest.raises(PinRequired):
            pay()
        give_pin(payer, at=now)
        pay(pin=PIN)

    assert kept(payer) == [
        (command, "challenge", "asked", 700), (command, "challenge", "went", 700),
    ]  # fmt: skip
    assert balance(payer, at=now) == FUNDS - 700


def test_shares_of_a_bill_are_each_judged_for_themselves(now: datetime) -> None:
    payee, one, other = make_people(3, at=now, funds=FUNDS)
    room = make_group([payee, one, other], at=now)
    between = {"mode": "exact", "amounts": {str(one): 400, str(other): 600}}
    made = call(
        payee, "split.create", at=now, room=room, amount=1_000, note="Tea", between=between
    )["split"]
    jobs = [make_job(who, "split.pay", at=now, split=made["id"]) for who in (one, other, one)]

    with judging(Outcome.DENY, one):
        decided = results(together("split.pay", jobs))

    assert (decided[0], decided[2]) == ("risk.denied", "risk.denied")
    assert decided[1]["split"]["shares"]
    assert [balance(who, at=now) for who in (payee, one, other)] == [
        FUNDS + 600, FUNDS, FUNDS - 600,
    ]  # fmt: skip
    assert kept(one) == [("split.pay", "deny", "refused", 400)]
