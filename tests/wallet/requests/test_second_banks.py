"""One bank pays a part of a request, and answers of before there were banks are told."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from commands.models import Key
from tests.banking import Banks
from tests.wallet.requests.asked import FUNDS, Three
from tests.wallet.requests.bank_parts import ask, ask_again, asked, from_bank, hurry, lines, status
from wallet.requests.errors import (
    PaymentRequestBankPaid,
)


def test_no_second_bank_is_asked_once_one_has_paid_its_part(
    banks: Banks, now: datetime, settings: Any
) -> None:
    hurry(settings)
    three = Three(at=now)
    request, number = three.ask(800), uuid4()
    banks.set("harbour", fault="late", seconds=1, times=1)
    first = ask(three, request, from_bank(800), number=number)
    assert ask_again(now) == 1

    with pytest.raises(PaymentRequestBankPaid) as refusal:
        ask(three, request, from_bank(800, "lantern"), number=uuid4())

    assert (refusal.value.code, refusal.value.status) == ("payment_request.bank_paid", 409)
    assert refusal.value.detail == {
        "payment": first["bank"]["id"], "amount": 800, "currency": "CNY",
    }  # fmt: skip
    assert (asked(three), len(lines(banks)), status(three, request)) == (1, 1, "open")
    assert three.money() == (FUNDS, FUNDS + 800, FUNDS)
    three.pay(request, {"balance": 800})
    assert three.money() == (FUNDS + 800, FUNDS, FUNDS)


def test_an_answer_that_was_kept_before_banks_could_pay_is_told_again(now: datetime) -> None:
    three = Three(at=now)
    request, number = three.ask(800), uuid4()
    paid = ask(three, request, {"balance": 800}, number=number)
    key = Key.objects.get(person_id=three.payer, command_id=number)
    old = {name: value for name, value in json.loads(str(key.result)).items() if name != "bank"}
    Key.objects.filter(pk=key.pk).update(result=json.dumps(old))

    again = ask(three, request, {"balance": 800}, number=number)

    assert again == old
    assert again["payment_request"] == paid["payment_request"]
    assert three.money() == (FUNDS + 800, FUNDS - 800, FUNDS)
