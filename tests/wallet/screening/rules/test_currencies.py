"""A threshold of money is as much in every currency, whatever its minor units are."""

from datetime import datetime
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from commands.currencies import from_hundredths
from tests.people import make_people
from wallet.screening.holding import needs_two
from wallet.screening.models import Review
from wallet.screening.payments import Payment
from wallet.screening.rules.judge import judge_by
from wallet.screening.rules.registry import get_rule
from wallet.screening.rules.switches import Setting

TWO_THOUSAND = {"amount": 200_000}


@pytest.mark.parametrize(
    ("currency", "amount", "at"),
    [("CNY", 200_000, 200_000), ("JPY", 2_000, 2_000), ("KWD", 2_000_000, 2_000_000)],
)
def test_two_thousand_are_two_thousand_of_any_currency(
    now: datetime, currency: str, amount: int, at: int
) -> None:
    payer, *payees = make_people(3, at=now)
    setting = Setting(get_rule("habit.new_payee"), "on", TWO_THOUSAND)
    payments = [
        Payment(uuid7(), "transfer.send", payer, payee, one, currency, now)
        for payee, one in zip(payees, (amount - 1, amount), strict=True)
    ]

    below, found = judge_by(payments, [setting])

    assert below == []
    assert [one.inputs for one in found] == [{"payee": "new", "thresholds": {"amount": at}}]


def test_only_what_is_money_is_turned_into_a_currency(now: datetime) -> None:
    payer, payee = make_people(2, at=now)
    setting = Setting(get_rule("habit.many_in_window"), "on", {"payments": 2, "minutes": 5})
    payment = Payment(uuid7(), "transfer.send", payer, payee, 100, "JPY", now)

    assert judge_by([payment], [setting]) == [[]]


def test_part_of_a_minor_unit_is_a_whole_one() -> None:
    assert [from_hundredths(one, "JPY") for one in (1, 100, 101)] == [1, 1, 2]
    assert from_hundredths(1, "KWD") == 10


def test_two_people_decide_above_as_much_in_any_currency(settings: Any) -> None:
    settings.REVIEW_TWO_ABOVE = 500_000

    assert [
        needs_two(Review(amount=amount, currency=currency))
        for currency, amount in (("JPY", 5_000), ("JPY", 5_001), ("CNY", 500_000))
    ] == [False, True, False]
