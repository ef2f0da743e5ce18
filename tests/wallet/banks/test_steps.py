"""A process dies between any two steps of a payment: nothing is lost, nothing is paid twice."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.banking import Banks
from tests.calls import send
from tests.people import account, make_people
from wallet.banks import asking, gateway, services
from wallet.banks.models import Direction, Payment

DIRECTIONS = [("top_up", "in", 1_100), ("withdraw", "out", 900)]


class Killed(BaseException):
    """The process ends here; nothing catches it."""


def dying(work: Callable[..., Any], *, first: bool) -> Callable[..., Any]:
    """Return the work that dies before or after it is done."""

    def die(*args: Any, **fields: Any) -> Any:
        if not first:
            work(*args, **fields)
        raise Killed

    return die


STEPS = [
    pytest.param(asking, "carry_out", True, "created", id="after the command's commit"),
    pytest.param(services, "begin_try", True, "created", id="before it is taken"),
    pytest.param(services, "begin_try", False, "sent", id="after it is taken"),
    pytest.param(gateway, "pay", False, "sent", id="after the bank has paid"),
    pytest.param(services, "_finish", False, "sent", id="before the closing commit"),
    pytest.param(services, "close_payment", False, "done", id="after the closing commit"),
]


@pytest.mark.parametrize(("command", "direction", "left"), DIRECTIONS)
@pytest.mark.parametrize(("module", "name", "first", "stands"), STEPS)
def test_whatever_a_process_leaves_behind_is_brought_to_its_end_once(
    banks: Banks, now: datetime, module: Any, name: str, first: bool, stands: str, command: str,
    direction: str, left: int,
) -> None:  # fmt: skip
    (person,) = make_people(1, at=now, funds=1_000)
    fields: dict[str, Any] = {"amount": 100, "channel": "auto"}
    command_id = uuid4()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, dying(getattr(module, name), first=first))
        with pytest.raises(Killed):
            send(person, f"wallet.{command}", at=now, command_id=command_id, **fields)
    payment = Payment.objects.get(person_id=person)
    assert payment.status == stands

    asking.ask_again(clock=lambda: now + timedelta(minutes=5))

    answer = send(person, f"wallet.{command}", at=now, command_id=command_id, **fields)
    told = json.loads(answer.result)
    assert answer.replayed is True
    assert (told["payment"]["id"], told["payment"]["status"]) == (str(payment.id), "done")
    assert told["entry"]["balance"] == left
    lines = [line for name in services.bank_channels() for line in banks.lines(name)]
    assert lines == [(str(payment.id), direction, 100, "CNY")]
    own = account(person, at=now)
    assert (own.balance, own.held, own.version) == (left, 0, 2)


def test_nobody_takes_what_somebody_else_has(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now)
    payment = services.open_payment(
        person_id=person,
        direction=Direction.IN,
        amount=100,
        currency="CNY",
        channel="harbour",
        at=now,
    )
    taken = services.begin_try(payment_id=payment.id, channel="harbour", at=now)
    assert taken is not None

    rival = services.begin_try(payment_id=payment.id, channel="lantern", at=now)

    assert rival is None
    asking.ask_again(clock=lambda: now + timedelta(minutes=1))
    assert len(banks.lines("harbour")) == 1


def test_who_comes_back_after_the_lease_cannot_let_another_bank_pay(
    banks: Banks, now: datetime
) -> None:
    (person,) = make_people(1, at=now)
    payment = services.open_payment(
        person_id=person, direction=Direction.IN, amount=100, currency="CNY", channel="auto", at=now
    )
    slow = services.begin_try(payment_id=payment.id, channel="harbour", at=now)
    later = now + timedelta(minutes=1)
    services.begin_try(payment_id=payment.id, channel="lantern", at=later)
    assert slow is not None

    services.release(payment=slow, at=later)

    row = Payment.objects.get(id=payment.id)
    assert (row.status, row.channel, row.tries) == ("unknown", "harbour", 2)
    asking.ask_again(clock=lambda: now + timedelta(minutes=5))
    assert len(banks.lines("harbour")) == 1
    assert banks.lines("lantern") == []


def test_a_payment_that_no_bank_takes_fails_in_the_end(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=100)
    services.open_payment(
        person_id=person,
        direction=Direction.OUT,
        amount=100,
        currency="CNY",
        channel="harbour",
        at=now,
    )
    banks.set("harbour", fault="down")

    asking.ask_again(clock=lambda: now + timedelta(minutes=9))
    assert account(person, at=now).held == 100
    asking.ask_again(clock=lambda: now + timedelta(minutes=11))

    assert account(person, at=now).available == 100
    assert Payment.objects.get(person_id=person).status == "failed"


def test_what_a_bank_may_have_is_not_given_up(banks: Banks, now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=100)
    payment = services.open_payment(
        person_id=person, direction=Direction.OUT, amount=100, currency="CNY", channel="harbour",
        at=now,
    )  # fmt: skip
    services.begin_try(payment_id=payment.id, channel="harbour", at=now)

    services.give_up(payment_id=payment.id, reason="away", is_late=False, at=now)

    assert Payment.objects.get(id=payment.id).status == "sent"
    assert account(person, at=now).held == 100
    asking.ask_again(clock=lambda: now + timedelta(minutes=1))
    assert account(person, at=now).balance == 0
