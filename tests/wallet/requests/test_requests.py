"""Asking for a payment: who may answer, in which time, and once."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from commands.errors import Malformed
from graph.people.errors import PersonNotFound
from tests.calls import call, send
from tests.people import make_people
from tests.threads import Rival, at_once
from tests.wallet.requests.asked import FUNDS, WEEK, Three
from wallet.ledger.errors import AmountInvalid, InsufficientFunds, SameAccount
from wallet.requests import services
from wallet.requests.errors import PaymentRequestNotFound, PaymentRequestNotOpen
from wallet.requests.models import PaymentRequest

UNTOUCHED = (FUNDS, FUNDS, FUNDS)


def status(request: UUID) -> str:
    """Return the status that is written, whatever the time."""
    return str(PaymentRequest.objects.get(id=request).status)


def test_a_request_moves_nothing_and_tells_who_is_to_pay(now: datetime) -> None:
    three = Three(at=now)

    answer = call(
        three.asker, "payment_request.create", at=now, to=three.payer, amount=800, note="Tickets"
    )

    shown = answer["payment_request"]
    assert answer.keys() == {"payment_request"}
    assert shown == {
        "id": shown["id"], "from": str(three.asker), "to": str(three.payer), "amount": 800,
        "currency": "CNY", "note": "Tickets", "room": None, "status": "open", "payment": None,
        "receipt": None,
        "at": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "expires_at": (now + WEEK).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }  # fmt: skip
    assert three.money() == UNTOUCHED
    assert three.told(three.payer, "payment.asked") == [(three.asker, UUID(shown["id"]))]


def test_paying_from_the_balance_moves_the_amount_by_one_transfer(now: datetime) -> None:
    three = Three(at=now)
    request = three.ask(800)

    shown = three.pay(request)

    assert (shown["status"], status(request)) == ("paid", "paid")
    assert three.money() == (FUNDS + 800, FUNDS - 800, FUNDS)
    out = call(three.payer, "wallet.entries", at=now)["entries"][0]
    into = call(three.asker, "wallet.entries", at=now)["entries"][0]
    assert (out["kind"], out["amount"], out["with"]) == (
        "payment_request.pay", -800, str(three.asker),
    )  # fmt: skip
    assert (into["amount"], into["with"], into["note"]) == (800, str(three.payer), "Tickets")
    assert out["transfer"] == into["transfer"] == shown["payment"]
    assert three.told(three.asker, "money.in") == [(three.payer, request)]


@pytest.mark.parametrize("first", ["pay", "decline"])
@pytest.mark.parametrize("second", ["pay", "decline"])
def test_a_request_is_answered_once(now: datetime, first: str, second: str) -> None:
    three = Three(at=now)
    request = three.ask()
    call(three.payer, f"payment_request.{first}", at=now, payment_request=request)
    before = three.money()

    with pytest.raises(PaymentRequestNotOpen) as refusal:
        call(three.payer, f"payment_request.{second}", at=now, payment_request=request)

    assert refusal.value.code == "payment_request.not_open"
    assert refusal.value.detail == {"status": {"pay": "paid", "decline": "declined"}[first]}
    assert three.money() == before


def test_only_who_is_asked_answers_and_only_the_two_see_it(now: datetime) -> None:
    three = Three(at=now)
    request = three.ask()

    for person in (three.asker, three.funder):
        for verb in ("pay", "decline"):
            with pytest.raises(PaymentRequestNotFound) as refusal:
                call(person, f"payment_request.{verb}", at=now, payment_request=request)
            assert refusal.value.code == "payment_request.not_found"
    with pytest.raises(PaymentRequestNotFound):
        call(three.funder, "payment_request.get", at=now, payment_request=request)
    for verb in ("pay", "decline", "get"):
        with pytest.raises(PaymentRequestNotFound):
            call(three.payer, f"payment_request.{verb}", at=now, payment_request=uuid4())

    assert (status(request), three.money()) == ("open", UNTOUCHED)
    for person in (three.asker, three.payer):
        seen = call(person, "payment_request.get", at=now, payment_request=request)
        assert seen["payment_request"]["id"] == str(request)


def test_a_request_that_makes_no_sense_is_not_made(now: datetime) -> None:
    three = Three(at=now)

    for fields, refusal in (
        ({"to": three.asker}, SameAccount),
        ({"to": uuid4()}, PersonNotFound),
        ({"expires_at": now}, Malformed),
        ({"expires_at": now + timedelta(days=366)}, Malformed),
    ):
        with pytest.raises(refusal):
            three.ask(**fields)

    assert not PaymentRequest.objects.filter(requester_id=three.asker).exists()
    assert three.told(three.payer, "payment.asked") == []


def test_who_has_too_little_pays_nothing_and_may_pay_later(now: datetime) -> None:
    three = Three(at=now)
    request = three.ask(FUNDS + 1)

    with pytest.raises(InsufficientFunds):
        three.pay(request)
    assert (status(request), three.money()) == ("open", UNTOUCHED)

    call(three.payer, "wallet.top_up", at=now, amount=1, channel="sandbox")
    three.pay(request)
    assert three.money() == (2 * FUNDS + 1, 0, FUNDS)


def test_another_currency_than_the_requests_is_refused(now: datetime) -> None:
    three = Three(at=now)
    request = three.ask()

    with pytest.raises(AmountInvalid):
        call(three.payer, "payment_request.pay", at=now, payment_request=request, currency="EUR")

    assert (status(request), three.money()) == ("open", UNTOUCHED)


def test_requests_are_listed_by_side_newest_first(now: datetime) -> None:
    three = Three(at=now)
    made = [str(three.ask(amount)) for amount in (1, 2, 3)]

    for person, role in ((three.payer, "payer"), (three.asker, "requester")):
        page = call(person, "payment_request.list", at=now, role=role, limit=2)
        assert [row["id"] for row in page["payment_requests"]] == [made[2], made[1]]
        assert page["more"] is True
        rest = call(person, "payment_request.list", at=now, role=role, before=made[1])
        assert [row["amount"] for row in rest["payment_requests"]] == [1]
        assert rest["more"] is False
    assert call(three.asker, "payment_request.list", at=now)["payment_requests"] == []


# --- In time -------------------------------------------------------------------------------------


def test_a_request_expires_whether_or_not_the_sweeper_has_run(now: datetime) -> None:
    three = Three(at=now)
    end = now + timedelta(hours=3)
    request = three.ask(expires_at=end)

    with pytest.raises(PaymentRequestNotOpen) as refusal:
        three.pay(request, at=end)

    assert refusal.value.detail == {"status": "expired"}
    assert (status(request), three.money()) == ("open", UNTOUCHED)
    shown = call(three.asker, "payment_request.get", at=end, payment_request=request)
    assert shown["payment_request"]["status"] == "expired"
    assert three.pay(request, at=end - timedelta(milliseconds=1))["status"] == "paid"


def test_the_sweeper_closes_a_request_and_tells_who_asked_once(now: datetime) -> None:
    three = Three(at=now)
    end = now + timedelta(hours=3)
    request, paid = three.ask(expires_at=end), three.ask(100, expires_at=end)
    three.pay(paid)

    services.expire(at=end - timedelta(seconds=1))
    assert status(request) == "open"
    at_once([lambda: services.expire(at=end)] * 3)

    assert (status(request), status(paid)) == ("expired", "paid")
    assert three.told(three.asker, "card.expired") == [(three.payer, request)]


def test_who_pays_waits_for_the_sweeper_that_came_first(now: datetime) -> None:
    three = Three(at=now)
    end = now + timedelta(hours=3)
    request = three.ask(expires_at=end)

    with Rival() as late:
        with transaction.atomic():
            services.expire(at=end)
            answer = late.start(lambda: three.pay(request))
            late.wait_until_blocked()

        assert isinstance(answer.exception(20), PaymentRequestNotOpen)
    assert (status(request), three.money()) == ("expired", UNTOUCHED)


# --- At the same moment --------------------------------------------------------------------------


def test_a_request_that_is_paid_many_times_at_once_is_paid_once(now: datetime) -> None:
    three = Three(at=now)
    request = three.ask(800)

    answers = at_once([lambda: three.pay(request)] * 8)

    assert Counter(type(answer) for answer in answers) == {dict: 1, PaymentRequestNotOpen: 7}
    assert three.money() == (FUNDS + 800, FUNDS - 800, FUNDS)


def test_a_request_that_is_paid_and_declined_at_once_ends_one_way(now: datetime) -> None:
    three = Three(at=now)
    request = three.ask(800)

    answers = at_once(
        [
            lambda: three.pay(request),
            lambda: call(three.payer, "payment_request.decline", at=now, payment_request=request)[
                "payment_request"
            ],
        ]
        * 3
    )

    assert Counter(type(answer) for answer in answers) == {dict: 1, PaymentRequestNotOpen: 5}
    moved = 800 if status(request) == "paid" else 0
    assert three.money() == (FUNDS + moved, FUNDS - moved, FUNDS)


def test_one_command_that_is_sent_twice_at_once_pays_once(now: datetime) -> None:
    three = Three(at=now)
    request, number = three.ask(800), uuid4()

    answers = at_once(
        [
            lambda: send(
                three.payer, "payment_request.pay", at=now, command_id=number,
                payment_request=request,
            )
        ]
        * 4
    )  # fmt: skip

    assert sorted(answer.replayed for answer in answers) == [False, True, True, True]
    assert three.money() == (FUNDS + 800, FUNDS - 800, FUNDS)


def test_people_who_pay_each_other_at_once_all_get_through(now: datetime) -> None:
    one, other = make_people(2, at=now, funds=FUNDS)
    pairs = [(one, other), (other, one)] * 6
    asked = [
        (payer, call(asker, "payment_request.create", at=now, to=payer, amount=10))
        for asker, payer in pairs
    ]

    answers = at_once(
        [
            lambda p=payer, r=row["payment_request"]["id"]: call(
                p, "payment_request.pay", at=now, payment_request=r
            )
            for payer, row in asked
        ]
    )

    assert [answer["payment_request"]["status"] for answer in answers] == ["paid"] * 12
