"""Paying a request from vouchers, balance and bank channels, in one posting."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from commands.errors import Malformed
from tests.calls import call
from tests.people import make_people
from tests.threads import at_once
from tests.wallet.requests.asked import FUNDS, Three, in_escrow, written
from wallet.banks.errors import ChannelUnknown
from wallet.ledger.errors import AmountInvalid, InsufficientFunds
from wallet.requests.errors import PaymentRequestNotOpen
from wallet.vouchers.errors import VoucherNotFound, VoucherNotOpen


def entries(three: Three) -> list[tuple[str, int]]:
    """Return the payer's newest entries, oldest of them first."""
    page = call(three.payer, "wallet.entries", at=three.at, limit=4)["entries"]
    return [(row["kind"], row["amount"]) for row in reversed(page)]


# --- Without a word ------------------------------------------------------------------------------


def test_vouchers_that_fit_are_used_first_and_the_balance_pays_the_rest(now: datetime) -> None:
    three = Three(at=now)
    late, soon, large = (three.voucher(n, days=d) for n, d in ((300, 3), (200, 1), (900, 2)))
    request = three.ask(800)

    three.pay(request)

    assert written(soon) == ("used", 200, request)
    assert written(late) == ("used", 300, request)
    assert written(large) == ("open", None, None)
    assert three.money() == (FUNDS + 800, FUNDS - 300, FUNDS - 1_400)
    assert entries(three)[1:] == [
        ("voucher.use", 200), ("voucher.use", 300), ("payment_request.pay", -800),
    ]  # fmt: skip
    assert [in_escrow(voucher) for voucher in (soon, late, large)] == [0, 0, 900]


def test_a_voucher_of_the_whole_amount_spares_the_balance(now: datetime) -> None:
    three = Three(at=now)
    voucher, request = three.voucher(800), three.ask(800)

    three.pay(request)

    assert written(voucher) == ("used", 800, request)
    assert three.money() == (FUNDS + 800, FUNDS, FUNDS - 800)


def test_of_two_that_fit_the_one_that_expires_first_is_used(now: datetime) -> None:
    three = Three(at=now)
    late, soon = three.voucher(500, days=3), three.voucher(500, days=1)

    three.pay(three.ask(500))

    assert (written(late)[0], written(soon)[0]) == ("open", "used")


def test_a_larger_voucher_steps_in_where_the_balance_does_not_reach(now: datetime) -> None:
    three = Three(at=now)
    largest, smaller = three.voucher(FUNDS // 2), three.voucher(2_000)
    call(three.payer, "wallet.withdraw", at=now, amount=FUNDS - 799, channel="sandbox")
    request = three.ask(800)

    three.pay(request)

    assert written(smaller) == ("used", 800, request)
    assert written(largest) == ("open", None, None)
    # Of the two thousand, what was not needed is with the funder again, who hears of it.
    assert three.money() == (FUNDS + 800, 799, FUNDS - FUNDS // 2 - 800)
    assert in_escrow(smaller) == 0
    assert three.told(three.funder, "money.in") == [(three.payer, smaller)]


def test_vouchers_of_others_of_another_currency_or_another_day_are_left_alone(
    now: datetime,
) -> None:
    three = Three(at=now)
    call(three.funder, "wallet.top_up", at=now, amount=500, currency="EUR", channel="sandbox")
    (stranger,) = make_people(1, at=now)
    others = [
        three.voucher(100, holder=stranger),
        three.voucher(100, currency="EUR"),
        three.voucher(100, opens_at=now + timedelta(hours=1)),
        three.voucher(100, days=0.01),
    ]
    request = three.ask(800)

    three.pay(request, at=now + timedelta(minutes=30))

    assert [written(voucher)[0] for voucher in others] == ["open"] * 4
    assert three.money()[1] == FUNDS - 800


# --- As the payer names it -----------------------------------------------------------------------


def test_several_sources_pay_in_one_posting(now: datetime) -> None:
    three = Three(at=now)
    voucher, request = three.voucher(500), three.ask(1_000)

    shown = three.pay(
        request, {"voucher": voucher}, {"balance": 200}, {"channel": "sandbox", "amount": 300}
    )

    assert shown["status"] == "paid"
    assert three.money() == (FUNDS + 1_000, FUNDS - 200, FUNDS - 500)
    assert entries(three)[1:] == [
        ("voucher.use", 500), ("bank.top_up", 300), ("payment_request.pay", -1_000),
    ]  # fmt: skip
    into = call(three.asker, "wallet.entries", at=now)["entries"][0]
    assert (into["amount"], into["with"]) == (1_000, str(three.payer))


def test_what_a_voucher_is_worth_more_goes_back_to_its_funder(now: datetime) -> None:
    three = Three(at=now)
    voucher, request = three.voucher(5_000), three.ask(800)

    three.pay(request, {"voucher": voucher})

    assert written(voucher) == ("used", 800, request)
    assert three.money() == (FUNDS + 800, FUNDS, FUNDS - 800)
    assert in_escrow(voucher) == 0
    assert three.told(three.funder, "money.in") == [(three.payer, voucher)]
    back = call(three.funder, "wallet.entries", at=now)["entries"][0]
    assert (back["kind"], back["amount"]) == ("voucher.return", 4_200)
    with pytest.raises(VoucherNotOpen):
        three.pay(three.ask(1), {"voucher": voucher})


def test_the_balance_can_be_spared_for_vouchers_alone(now: datetime) -> None:
    three = Three(at=now)
    voucher, request = three.voucher(100), three.ask(800)

    three.pay(request, {"balance": 800})

    assert written(voucher) == ("open", None, None)
    assert three.money() == (FUNDS + 800, FUNDS - 800, FUNDS - 100)


@pytest.mark.parametrize(
    ("sources", "refusal"),
    [
        ([{"balance": 799}], AmountInvalid),
        ([{"balance": 801}], AmountInvalid),
        ([{"voucher": "own"}], AmountInvalid),
        ([{"voucher": "own"}, {"balance": 800}], AmountInvalid),
        ([{"voucher": "own"}, {"voucher": "own"}, {"balance": 300}], AmountInvalid),
        ([{"voucher": "foreign"}, {"balance": 300}], VoucherNotFound),
        ([{"voucher": "unknown"}, {"balance": 300}], VoucherNotFound),
        ([{"voucher": "early"}, {"balance": 300}], VoucherNotOpen),
        ([{"voucher": "euro"}, {"balance": 300}], AmountInvalid),
        ([{"channel": "nowhere", "amount": 800}], ChannelUnknown),
        ([{"balance": 500}, {"channel": "sandbox", "amount": 299}], AmountInvalid),
        ([{"balance": 800, "voucher": "own"}], Malformed),
        ([{"channel": "sandbox"}], Malformed),
        ([{"balance": 0}, {"balance": 800}], Malformed),
        ([{}], Malformed),
    ],
)
def test_sources_that_do_not_pay_exactly_are_refused(
    now: datetime, sources: list[dict[str, Any]], refusal: type[Exception]
) -> None:
    three = Three(at=now)
    (stranger,) = make_people(1, at=now)
    call(three.funder, "wallet.top_up", at=now, amount=500, currency="EUR", channel="sandbox")
    known = {
        "own": three.voucher(500),
        "foreign": three.voucher(500, holder=stranger),
        "early": three.voucher(500, opens_at=now + timedelta(hours=1)),
        "euro": three.voucher(500, currency="EUR"),
        "unknown": uuid4(),
    }
    request = three.ask(800)
    before = three.money()

    with pytest.raises(refusal):
        three.pay(request, *[
            {**one, "voucher": known[one["voucher"]]} if "voucher" in one else one
            for one in sources
        ])  # fmt: skip

    assert three.money() == before
    shown = call(three.asker, "payment_request.get", at=now, payment_request=request)
    assert shown["payment_request"]["status"] == "open"
    assert written(known["own"]) == ("open", None, None)


def test_a_voucher_of_somebody_else_is_not_there(now: datetime) -> None:
    three = Three(at=now)
    (stranger,) = make_people(1, at=now)
    voucher, request = three.voucher(800, holder=stranger), three.ask(800)

    with pytest.raises(VoucherNotFound) as refusal:
        three.pay(request, {"voucher": voucher})

    assert refusal.value.code == "voucher.not_found"
    assert (written(voucher), in_escrow(voucher)) == (("open", None, None), 800)


def test_a_balance_that_does_not_reach_leaves_voucher_and_bank_alone(now: datetime) -> None:
    three = Three(at=now)
    voucher, request = three.voucher(500), three.ask(FUNDS + 900)

    with pytest.raises(InsufficientFunds):
        three.pay(
            request, {"voucher": voucher}, {"channel": "sandbox", "amount": 399},
            {"balance": FUNDS + 1},
        )  # fmt: skip

    assert three.money() == (FUNDS, FUNDS, FUNDS - 500)
    assert written(voucher) == ("open", None, None)
    assert in_escrow(voucher) == 500


# --- At the same moment --------------------------------------------------------------------------


def test_a_voucher_that_is_used_for_two_requests_at_once_pays_one(now: datetime) -> None:
    three = Three(at=now)
    voucher = three.voucher(500)
    requests = [three.ask(500) for _ in range(8)]

    answers = at_once([lambda r=one: three.pay(r, {"voucher": voucher}) for one in requests])

    assert Counter(type(answer) for answer in answers) == {dict: 1, VoucherNotOpen: 7}
    assert three.money() == (FUNDS + 500, FUNDS, FUNDS - 500)
    assert in_escrow(voucher) == 0


def test_requests_paid_at_once_without_a_word_share_the_vouchers(now: datetime) -> None:
    three = Three(at=now)
    vouchers = [three.voucher(100) for _ in range(3)]
    requests = [three.ask(300) for _ in range(5)]

    answers = at_once([lambda r=one: three.pay(r) for one in requests])

    assert [answer["status"] for answer in answers] == ["paid"] * 5
    assert three.money() == (FUNDS + 1_500, FUNDS - 1_200, FUNDS - 300)
    assert sum(in_escrow(voucher) for voucher in vouchers) == 0


def test_one_request_with_two_vouchers_at_once_uses_one(now: datetime) -> None:
    three = Three(at=now)
    vouchers = [three.voucher(500) for _ in range(2)]
    request = three.ask(500)

    answers = at_once([lambda v=one: three.pay(request, {"voucher": v}) for one in vouchers])

    assert Counter(type(answer) for answer in answers) == {dict: 1, PaymentRequestNotOpen: 1}
    assert sorted(written(voucher)[0] for voucher in vouchers) == ["open", "used"]
    assert three.money() == (FUNDS + 500, FUNDS, FUNDS - 1_000)
