"""Paying a request with a real bank among the sources, whatever the bank does."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password

from commands.errors import Busy
from graph.people.models import Person
from tests.banking import Banks
from tests.calls import call
from tests.threads import at_once
from tests.wallet.requests.asked import FUNDS, Three, written
from tests.wallet.requests.bank_parts import ask, ask_again, asked, from_bank, hurry, lines, status
from wallet.banks import asking, services
from wallet.banks.errors import BankRefused, ChannelAway, ChannelUnknown
from wallet.banks.models import Payment
from wallet.ledger.errors import AmountInvalid, InsufficientFunds
from wallet.limits.errors import PinRequired
from wallet.requests import at_banks
from wallet.requests.errors import (
    PaymentRequestAtBank,
    PaymentRequestNotOpen,
    PaymentRequestNotPaid,
)

PASSWORD = "harbour-bike-4b"


def test_bank_vouchers_and_balance_pay_one_request(banks: Banks, now: datetime) -> None:
    three = Three(at=now)
    voucher, request = three.voucher(500), three.ask(1_000)

    answer = ask(
        three, request, {"voucher": voucher}, {"balance": 200}, from_bank(300), number=uuid4()
    )

    assert answer["payment_request"]["status"] == "paid"
    assert (answer["bank"]["status"], answer["bank"]["amount"]) == ("done", 300)
    assert banks.lines("harbour") == [(answer["bank"]["id"], "in", 300, "CNY")]
    assert three.money() == (FUNDS + 1_000, FUNDS - 200, FUNDS - 500)
    assert written(voucher) == ("used", 500, request)
    page = call(three.payer, "wallet.entries", at=now, limit=3)["entries"]
    assert [(row["kind"], row["amount"]) for row in reversed(page)] == [
        ("bank.top_up", 300), ("voucher.use", 500), ("payment_request.pay", -1_000),
    ]  # fmt: skip


def test_a_bank_alone_pays_it_under_one_number_whichever_answers(
    banks: Banks, now: datetime
) -> None:
    three = Three(at=now)
    request = three.ask(800)
    banks.set("harbour", fault="down")

    answer = ask(three, request, from_bank(800, "auto"), number=uuid4())

    assert (answer["payment_request"]["status"], answer["bank"]["channel"]) == ("paid", "lantern")
    assert lines(banks) == [(answer["bank"]["id"], "in", 800, "CNY")]
    assert three.money() == (FUNDS + 800, FUNDS, FUNDS)


@pytest.mark.parametrize("fault", ["lose", "twice"])
def test_an_answer_that_is_lost_or_comes_twice_pays_once(
    banks: Banks, now: datetime, fault: str
) -> None:
    three = Three(at=now)
    request = three.ask(800)
    banks.set("harbour", fault=fault, times=1)

    answer = ask(three, request, from_bank(800), number=uuid4())

    assert answer["payment_request"]["status"] == "paid"
    assert len(lines(banks)) == 1
    assert three.money() == (FUNDS + 800, FUNDS, FUNDS)


# --- A bank that does not pay --------------------------------------------------------------------


def test_a_bank_that_refuses_leaves_all_as_it_was_and_the_id_free(
    banks: Banks, now: datetime
) -> None:
    three = Three(at=now)
    voucher, request, number = three.voucher(500), three.ask(800), uuid4()
    before = three.money()
    banks.set("harbour", fault="refuse", times=1)

    with pytest.raises(BankRefused) as refusal:
        ask(three, request, {"voucher": voucher}, from_bank(300), number=number)

    assert refusal.value.detail == {"channel": "harbour", "reason": "refused by the bank"}
    assert (three.money(), status(three, request)) == (before, "open")
    assert (written(voucher), lines(banks)) == (("open", None, None), [])
    assert three.told(three.asker, "money.in") == []

    ask(three, request, {"voucher": voucher}, from_bank(300), number=number)
    assert (status(three, request), len(lines(banks))) == ("paid", 1)


def test_banks_that_are_away_are_said_to_be(banks: Banks, now: datetime) -> None:
    three = Three(at=now)
    request = three.ask(800)
    banks.kill()

    with pytest.raises(ChannelAway):
        ask(three, request, from_bank(300), {"balance": 500}, number=uuid4())

    assert (three.money(), status(three, request)) == ((FUNDS, FUNDS, FUNDS), "open")


def test_a_bank_that_is_full_is_busy(banks: Banks, now: datetime, settings: Any) -> None:
    settings.BANK_PATIENCE_SECONDS = 0.2
    three = Three(at=now)
    request = three.ask(800)
    banks.set("harbour", capacity=0)

    with pytest.raises(Busy):
        ask(three, request, from_bank(800), number=uuid4())

    assert (three.money(), status(three, request)) == ((FUNDS, FUNDS, FUNDS), "open")


@pytest.mark.parametrize("fault", ["hang", "late"])
def test_a_bank_that_leaves_it_open_pays_nothing_and_what_comes_late_is_on_the_balance(
    banks: Banks, now: datetime, settings: Any, fault: str
) -> None:
    hurry(settings)
    three = Three(at=now)
    voucher, request = three.voucher(500), three.ask(800)
    banks.set("harbour", fault=fault, seconds=1, times=1)

    answer = ask(three, request, {"voucher": voucher}, from_bank(300), number=uuid4())

    number = answer["bank"]["id"]
    assert (answer["payment_request"]["status"], answer["bank"]["status"]) == ("open", "unknown")
    assert three.money() == (FUNDS, FUNDS, FUNDS - 500)
    assert written(voucher) == ("open", None, None)
    with pytest.raises(PaymentRequestAtBank) as refusal:
        ask(three, request, from_bank(800), number=uuid4())
    assert refusal.value.code == "payment_request.at_bank"
    assert refusal.value.detail == {"payment": number}

    assert ask_again(now) == 1
    assert three.money() == (FUNDS, FUNDS + 300, FUNDS - 500)
    assert (status(three, request), written(voucher)[0]) == ("open", "open")
    assert lines(banks) == [(number, "in", 300, "CNY")]
    (notice,) = call(three.payer, "notice.list", at=now, limit=1)["notices"]
    assert (notice["kind"], notice["ref"]) == ("bank.done", number)
    assert ask_again(now) == 0


def test_sent_again_it_is_paid_once_the_bank_has_said_yes(
    banks: Banks, now: datetime, settings: Any
) -> None:
    hurry(settings)
    three = Three(at=now)
    voucher, request, number = three.voucher(500), three.ask(800), uuid4()
    banks.set("harbour", fault="late", seconds=1, times=1)
    sources = ({"voucher": voucher}, from_bank(300))
    ask(three, request, *sources, number=number)
    assert ask_again(now) == 1

    again = ask(three, request, *sources, number=number)

    assert (again["payment_request"]["status"], again["bank"]["status"]) == ("paid", "done")
    assert three.money() == (FUNDS + 800, FUNDS, FUNDS - 500)
    assert ask(three, request, *sources, number=number) == again
    assert three.money() == (FUNDS + 800, FUNDS, FUNDS - 500)
    assert len(lines(banks)) == 1


def test_who_has_paid_otherwise_by_then_keeps_what_comes(
    banks: Banks, now: datetime, settings: Any
) -> None:
    hurry(settings)
    three = Three(at=now)
    request, number = three.ask(800), uuid4()
    banks.set("harbour", fault="late", seconds=1, times=1)
    ask(three, request, from_bank(800), number=number)

    paid = three.pay(request, {"balance": 800})
    again = ask(three, request, from_bank(800), number=number)

    assert again["bank"]["status"] == "done"
    assert again["payment_request"] == paid
    assert three.money() == (FUNDS + 800, FUNDS, FUNDS)


def test_a_late_refusal_refuses_whoever_asks_again(
    banks: Banks, now: datetime, settings: Any
) -> None:
    hurry(settings)
    three = Three(at=now)
    request, number = three.ask(800), uuid4()
    banks.set("harbour", fault="hang", seconds=1)
    ask(three, request, from_bank(800), number=number)
    banks.set("harbour", fault="refuse", times=1)
    assert ask_again(now) == 1

    with pytest.raises(BankRefused):
        ask(three, request, from_bank(800), number=number)

    assert (three.money(), status(three, request)) == ((FUNDS, FUNDS, FUNDS), "open")
    assert ask(three, request, from_bank(800), number=number)["bank"]["status"] == "done"
    assert three.money() == (FUNDS + 800, FUNDS, FUNDS)


def test_a_voucher_that_is_gone_when_the_bank_has_paid_leaves_its_part_on_the_balance(
    banks: Banks, now: datetime, settings: Any
) -> None:
    hurry(settings)
    three = Three(at=now)
    voucher, request, number = three.voucher(500), three.ask(800), uuid4()
    banks.set("harbour", fault="late", seconds=1, times=1)
    sources = ({"voucher": voucher}, from_bank(300))
    ask(three, request, *sources, number=number)
    three.pay(three.ask(500), {"voucher": voucher})

    with pytest.raises(PaymentRequestNotPaid) as refusal:
        ask(three, request, *sources, number=number)

    payment = Payment.objects.get(person_id=three.payer)
    assert refusal.value.code == "payment_request.not_paid"
    assert refusal.value.detail == {
        "reason": "voucher.not_open", "amount": 300, "currency": "CNY", "payment": str(payment.id),
    }  # fmt: skip
    assert three.money() == (FUNDS + 500, FUNDS + 300, FUNDS - 500)
    assert status(three, request) == "open"


# --- What would be refused is refused before a bank is asked --------------------------------------


@pytest.mark.parametrize(
    ("sources", "refusal"),
    [
        ([from_bank(799)], AmountInvalid),
        ([from_bank(400), from_bank(400, "lantern")], AmountInvalid),
        ([from_bank(800, "mattress")], ChannelUnknown),
    ],
)
def test_sources_that_do_not_pay_exactly_ask_no_bank(
    banks: Banks, now: datetime, sources: list[Any], refusal: type[Exception]
) -> None:
    three = Three(at=now)
    request = three.ask(800)

    with pytest.raises(refusal):
        ask(three, request, *sources, number=uuid4())

    assert (lines(banks), asked(three)) == ([], 0)
    assert (three.money(), status(three, request)) == ((FUNDS, FUNDS, FUNDS), "open")


def test_a_balance_that_does_not_reach_asks_no_bank(banks: Banks, now: datetime) -> None:
    three = Three(at=now)
    request = three.ask(FUNDS + 900)

    with pytest.raises(InsufficientFunds):
        ask(three, request, {"balance": FUNDS + 1}, from_bank(899), number=uuid4())

    assert (lines(banks), asked(three)) == ([], 0)
    assert three.money() == (FUNDS, FUNDS, FUNDS)


def test_a_request_that_is_over_asks_no_bank(banks: Banks, now: datetime) -> None:
    three = Three(at=now)
    request = three.ask(800)
    call(three.payer, "payment_request.decline", at=now, payment_request=request)

    with pytest.raises(PaymentRequestNotOpen):
        ask(three, request, from_bank(800), number=uuid4())

    assert (lines(banks), asked(three)) == ([], 0)


def test_the_pin_is_asked_for_before_the_bank_and_holds_until_it_has_answered(
    banks: Banks, now: datetime, settings: Any
) -> None:
    hurry(settings)
    three = Three(at=now)
    request, number = three.ask(30_000), uuid4()
    Person.objects.filter(id=three.payer).update(password=make_password(PASSWORD))
    call(three.payer, "wallet.set_pin", at=now, pin="271828", password=PASSWORD)

    with pytest.raises(PinRequired):
        ask(three, request, from_bank(30_000), number=number)
    assert (lines(banks), asked(three)) == ([], 0)

    banks.set("harbour", fault="late", seconds=1, times=1)
    ask(three, request, from_bank(30_000), number=number, pin="271828")
    assert ask_again(now) == 1
    answer = ask(three, request, from_bank(30_000), number=number)
    assert answer["payment_request"]["status"] == "paid"
    assert three.money() == (FUNDS + 30_000, FUNDS, FUNDS)


# --- At the same moment, and in the middle of it --------------------------------------------------


def test_one_command_sent_six_times_at_once_pays_once(banks: Banks, now: datetime) -> None:
    three = Three(at=now)
    request, number = three.ask(800), uuid4()
    sources = (from_bank(500), {"balance": 300})

    answers = at_once([lambda: ask(three, request, *sources, number=number)] * 6)

    assert {answer["payment_request"]["status"] for answer in answers} == {"paid"}
    assert len(lines(banks)) == 1
    assert three.money() == (FUNDS + 800, FUNDS - 300, FUNDS)


def test_of_two_commands_at_once_one_asks_the_bank(
    banks: Banks, now: datetime, settings: Any
) -> None:
    hurry(settings)
    three = Three(at=now)
    request = three.ask(800)
    banks.set("harbour", fault="hang", seconds=1)

    answers = at_once([lambda: ask(three, request, from_bank(800), number=uuid4())] * 4)

    assert Counter(type(answer) for answer in answers) == {dict: 1, PaymentRequestAtBank: 3}
    assert asked(three) == 1
    # No later test finds it.
    banks.set("harbour", fault="none")
    assert ask_again(now) == 1


class Killed(BaseException):
    """The process ends here; nothing catches it."""


@pytest.mark.parametrize(
    ("module", "name"),
    [(asking, "carry_out"), (services, "close_payment"), (at_banks, "pay_with_what_came")],
)
def test_a_process_that_dies_on_the_way_leaves_what_the_same_command_finishes(
    banks: Banks, now: datetime, module: Any, name: str
) -> None:
    three = Three(at=now)
    request, number = three.ask(800), uuid4()

    def die(**_: Any) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, die)
        with pytest.raises(Killed):
            ask(three, request, from_bank(500), {"balance": 300}, number=number)
    assert status(three, request) == "open"
    ask_again(now)
    assert lines(banks)[0][2] == 500
    assert three.money() == (FUNDS, FUNDS + 500, FUNDS)

    answer = ask(three, request, from_bank(500), {"balance": 300}, number=number)

    assert answer["payment_request"]["status"] == "paid"
    assert three.money() == (FUNDS + 800, FUNDS - 300, FUNDS)
    assert len(lines(banks)) == 1
