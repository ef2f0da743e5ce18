"""Payments that cannot wait: of requests, bills, settling, loans, envelopes, vouchers, to banks."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.calls import call
from tests.people import balance, make_group, make_people
from tests.together import make_job, results, together
from tests.wallet.screening.judging import PIN, give_pin, judging
from tests.wallet.screening.rules.switching import rules
from tests.wallet.screening.ways import WAYS
from wallet.limits.errors import PinRequired
from wallet.screening import judges
from wallet.screening.errors import Denied
from wallet.screening.models import Decision
from wallet.screening.payments import Outcome
from wallet.screening.rules.switches import settings_at
from wallet.screening.selectors import find_mark

FUNDS = 100_000


def kept(payer: UUID) -> list[tuple[str, str, str, int]]:
    rows = Decision.objects.filter(payer_id=payer).order_by("id")
    return [(one.command, one.outcome, one.became, one.amount) for one in rows]


@pytest.mark.parametrize("command", WAYS)
@pytest.mark.parametrize("outcome", [Outcome.DENY, Outcome.HOLD])
def test_what_cannot_be_held_is_refused(now: datetime, command: str, outcome: Outcome) -> None:
    payer, payee = make_people(2, at=now, funds=FUNDS)
    pay = WAYS[command](payer, payee, now)
    before = [balance(one, at=now) for one in (payer, payee)]

    with judging(outcome, payer), pytest.raises(Denied) as refusal:
        pay()

    assert refusal.value.code == "risk.denied"
    assert kept(payer) == [(command, str(outcome), "refused", 700)]
    assert [balance(one, at=now) for one in (payer, payee)] == before


@pytest.mark.parametrize("command", WAYS)
def test_a_challenge_asks_for_the_pin_also_of_who_has_none(now: datetime, command: str) -> None:
    payer, payee = make_people(2, at=now, funds=FUNDS)
    pay = WAYS[command](payer, payee, now)
    before = balance(payer, at=now)

    with judging(Outcome.CHALLENGE, payer):
        with pytest.raises(PinRequired):
            pay()
        give_pin(payer, at=now)
        pay(pin=PIN)

    assert kept(payer) == [
        (command, "challenge", "asked", 700), (command, "challenge", "went", 700),
    ]  # fmt: skip
    assert balance(payer, at=now) == before - 700


@pytest.mark.parametrize("command", WAYS)
def test_the_device_that_paid_is_known_to_who_judges(now: datetime, command: str) -> None:
    payer, payee = make_people(2, at=now, funds=FUNDS)
    pay, device = WAYS[command](payer, payee, now), uuid4()

    with judging(Outcome.ALLOW, payer):
        pay(device=device)

    (decision,) = Decision.objects.filter(payer_id=payer)
    assert (decision.command, decision.device_id, decision.amount) == (command, device, 700)


@pytest.mark.parametrize("command", WAYS)
def test_where_no_rule_is_on_nothing_is_asked_or_written(
    now: datetime, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many statements as without any judge: how the rules stand comes with one of them."""
    asked = []
    with rules(now):
        settings_at(find_mark())
        for some in (list(judges._judges), []):
            monkeypatch.setattr(judges, "_judges", some)
            payer, payee = make_people(2, at=now, funds=FUNDS)
            pay = WAYS[command](payer, payee, now)
            with CaptureQueriesContext(connection) as captured:
                pay()
            # Django has no text of what goes in a pipeline.
            asked.append([one["sql"] or "" for one in captured.captured_queries])

    assert len(asked[0]) == len(asked[1])
    assert sum("screening_switch" in sql for sql in asked[0]) == 1
    assert kept(payer) == []


def test_who_alone_may_open_an_envelope_is_its_payee(now: datetime) -> None:
    payer, payee, third = make_people(3, at=now, funds=FUNDS)
    group = make_group([payer, payee, third], at=now)
    pair = call(payer, "room.create", at=now, name="", members=[payee], kind="direct")["room"]
    terms = {"amount": 700, "count": 1, "kind": "equal"}

    with judging(Outcome.ALLOW, payer):
        for room, only in (
            (pair["room"], None), (group, [payee]), (group, [payer]), (group, [payee, third]),
            (group, None),
        ):  # fmt: skip
            call(payer, "envelope.send", at=now, room=room, only=only, **terms)

    found = Decision.objects.filter(payer_id=payer).order_by("id")
    assert [one.payee_id for one in found] == [payee, payee, None, None, None]


def test_shares_of_an_envelope_are_judged_by_nobody(now: datetime) -> None:
    payer, payee = make_people(2, at=now, funds=FUNDS)
    sent = WAYS["envelope.send"](payer, payee, now)()["envelope"]

    with judging(Outcome.DENY, payer, payee):
        taken = call(payee, "envelope.claim", at=now, envelope=sent["id"])

    assert taken["share"]["amount"] == 350
    assert kept(payee) == []


def test_a_repayment_is_not_stopped_for_whom_it_goes_to(now: datetime) -> None:
    """What would stop a payment to the same person at the same moment leaves it alone."""
    payer, payee = make_people(2, at=now, funds=FUNDS)
    repay = WAYS["loan.repay"](payer, payee, now)
    pay = WAYS["payment_request.pay"](payer, payee, now)

    with rules(
        now, habit__many_in_window={"payments": 2},
        relations__back_and_forth={"amount": 1, "percent": 1},
    ):  # fmt: skip
        call(payer, "wallet.withdraw", at=now, amount=1, channel="sandbox")
        with pytest.raises(Denied):
            pay()
        repay()

    assert kept(payer)[1:] == [
        ("payment_request.pay", "hold", "refused", 700), ("loan.repay", "allow", "went", 700),
    ]  # fmt: skip


def test_a_repayment_asks_for_the_pin_where_somebody_else_may_be_paying(now: datetime) -> None:
    payer, payee = make_people(2, at=now, funds=FUNDS)
    repay = WAYS["loan.repay"](payer, payee, now)
    call(payer, "transfer.send", at=now, to=payee, amount=300)

    with rules(now, habit__sum_in_window={"amount": 1_000}):
        with pytest.raises(PinRequired):
            repay()
        give_pin(payer, at=now)
        repay(pin=PIN)

    first, second = Decision.objects.filter(payer_id=payer, command="loan.repay").order_by("id")
    assert [one["rule"] for one in first.findings] == ["habit.sum_in_window"]
    assert (first.became, second.became) == ("asked", "went")


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
