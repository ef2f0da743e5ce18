"""Judges who are asked before the transaction: once, and told once what came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from commands.errors import Busy
from commands.execute_many import may_go_with_others
from commands.parsing import parse_command
from commands.registry import Caller, Job, get_registration
from tests.calls import send
from tests.wallet.transfers.offers import FUNDS, Two
from wallet.ledger.errors import InsufficientFunds
from wallet.screening import judges
from wallet.screening.errors import Denied
from wallet.screening.judges import Asked, Early, EarlyJudge
from wallet.screening.payments import Finding, Outcome, Payment
from wallet.screening.selectors import list_decisions


@contextmanager
def early(*outcomes: Outcome) -> Iterator[list[tuple[str, Any]]]:
    """Have an early judge ask for outcomes of all above 2,000; return what it is told, in order."""
    told: list[tuple[str, Any]] = []

    def ask(payment: Payment) -> Asked:
        told.append(("ask", payment.id))
        return Asked([Finding("test.gate", 1, outcome) for outcome in outcomes], payment.id)

    judge = EarlyJudge(
        name="test.gate",
        concerns=lambda command, amount, currency: amount > 2_000,
        ask=ask,
        confirm=lambda asked: told.append(("confirm", asked.token)),
        withdraw=lambda asked: told.append(("withdraw", asked.token)),
    )
    judges.put_early_judge(judge)
    try:
        yield told
    finally:
        judges._early.remove(judge)


def test_an_early_judge_is_told_that_the_payment_was_made(now: datetime) -> None:
    two = Two(at=now)

    with early() as told:
        transfer = two.send(3_000)

    assert told == [("ask", transfer), ("confirm", transfer)]
    (kept,) = list_decisions(payment_id=transfer)
    assert (kept.outcome, kept.became) == ("allow", "went")


def test_an_early_judge_is_told_that_nothing_came_of_it(now: datetime) -> None:
    two = Two(at=now)

    with early() as told, pytest.raises(InsufficientFunds):
        two.send(FUNDS + 1)

    assert [what for what, _ in told] == ["ask", "withdraw"]
    assert told[0][1] == told[1][1]


def test_what_an_early_judge_finds_counts(now: datetime) -> None:
    two = Two(at=now)

    with early(Outcome.HOLD) as told:
        transfer = two.send(3_000)
    with early(Outcome.DENY, Outcome.HOLD) as refused, pytest.raises(Denied):
        two.send(3_000)

    assert two.act(two.sender, "get", transfer)["under_review"] is True
    assert [what for what, _ in told] == ["ask", "confirm"]
    assert [what for what, _ in refused] == ["ask", "withdraw"]


def test_a_payment_that_is_sent_again_is_not_judged_again(now: datetime) -> None:
    two = Two(at=now)
    number = uuid4()
    terms = {"to": two.receiver, "amount": 3_000}

    with early() as told:
        first = send(two.sender, "transfer.send", at=now, command_id=number, **terms)
        again = send(two.sender, "transfer.send", at=now, command_id=number, **terms)

    assert (again.replayed, again.result) == (True, first.result)
    assert [what for what, _ in told] == ["ask", "confirm"]


def test_only_what_concerns_an_early_judge_goes_alone(now: datetime) -> None:
    two = Two(at=now)
    registration = get_registration("transfer.send")
    caller = Caller(at=now, person_id=two.sender, command_id=uuid4())

    def fits(amount: int) -> bool:
        frame = {"to": str(two.receiver), "amount": amount}
        return may_go_with_others(registration, Job(parse_command(registration, frame), caller))

    with early():
        assert [fits(2_000), fits(2_001)] == [True, False]
        two.send(2_000)
    assert fits(2_001)


def test_what_was_asked_about_one_payment_is_not_said_of_another(now: datetime) -> None:
    asked = Payment(uuid4(), "room.settle", uuid4(), uuid4(), 700, "CNY", now, posted_as=uuid4())
    early = Early(asked)

    assert early.fit(replace(asked, id=uuid4(), posted_as=uuid4())) == asked
    for other in ({"amount": 701}, {"payee_id": uuid4()}, {"currency": "EUR"}):
        with pytest.raises(Busy) as refusal:
            early.fit(replace(asked, **other))
        assert refusal.value.retryable
