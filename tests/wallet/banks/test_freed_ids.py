"""Ids that a payment that failed leaves free."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from commands.registry import Caller
from tests.banking import Banks
from tests.calls import send
from tests.people import account, make_people
from wallet.banks.commands import carry_out
from wallet.banks.errors import BankRefused
from wallet.banks.models import Payment


def test_a_late_word_of_a_refusal_does_not_free_the_id_of_what_came_after(
    banks: Banks, now: datetime
) -> None:
    (person,) = make_people(1, at=now, funds=1_000)
    banks.set("harbour", fault="refuse", times=1)
    fields: dict[str, Any] = {"amount": 100, "channel": "harbour"}
    number = uuid4()
    with pytest.raises(BankRefused):
        send(person, "wallet.top_up", at=now, command_id=number, **fields)
    failed = Payment.objects.get(person_id=person)
    send(person, "wallet.top_up", at=now, command_id=number, **fields)

    # As another sending of the same command does that saw the first attempt.
    with pytest.raises(BankRefused):
        carry_out(payment_id=failed.id, caller=Caller(at=now, person_id=person, command_id=number))

    again = send(person, "wallet.top_up", at=now, command_id=number, **fields)
    assert again.replayed is True
    assert (account(person, at=now).balance, len(banks.lines("harbour"))) == (1_100, 1)
