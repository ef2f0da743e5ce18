"""What a bank's answer says about a payment, and what it leaves open."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from tests.banking import Banks
from wallet.banks.gateway import Booked, Full, NotTaken, Terms, Unclear, _read_decision, pay

NUMBER = UUID("0199c0de-0000-7000-8000-000000000001")
TERMS = Terms(number=NUMBER, direction="in", amount=500, currency="CNY")
ANSWER: dict[str, Any] = {
    "channel": "harbour", "number": str(NUMBER), "direction": "in", "amount": 500,
    "currency": "CNY", "status": "done", "reason": "", "day": "2026-11-23",
}  # fmt: skip


def test_a_decision_is_about_this_very_payment() -> None:
    decision = _read_decision(200, ANSWER, "harbour", TERMS)

    assert decision == Booked(is_paid=True, reason="", day=date(2026, 11, 23))


@pytest.mark.parametrize(
    "other",
    [
        {"channel": "lantern"}, {"number": "n-1"}, {"direction": "out"}, {"amount": 501},
        {"currency": "EUR"}, {"status": "perhaps"},
    ],
)  # fmt: skip
def test_an_answer_about_something_else_decides_nothing(other: dict[str, Any]) -> None:
    with pytest.raises(Unclear):
        _read_decision(200, ANSWER | other, "harbour", TERMS)


def test_only_who_says_that_nothing_was_taken_is_believed() -> None:
    with pytest.raises(NotTaken):
        _read_decision(503, {"error": "down", "taken": False}, "harbour", TERMS)
    with pytest.raises(Full):
        _read_decision(503, {"error": "busy", "taken": False}, "harbour", TERMS)
    with pytest.raises(Unclear):
        _read_decision(503, {"error": "busy"}, "harbour", TERMS)
    with pytest.raises(Unclear):
        _read_decision(409, {"error": "reused", "taken": True}, "harbour", TERMS)


def test_no_bank_is_asked_in_a_transaction(banks: Banks) -> None:
    with pytest.raises(AssertionError), transaction.atomic():
        pay("harbour", TERMS)

    assert banks.lines("harbour") == []
