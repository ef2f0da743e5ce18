"""Receipts: a number for each payment, the same for both sides, and nobody else's business."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calls import call
from tests.people import make_people
from tests.wallet.requests.asked import Three
from wallet.accounts.numbers import number_of, read_number
from wallet.receipts.errors import ReceiptNotFound


def test_a_number_is_written_as_five_groups() -> None:
    transfer = UUID("019ab2c3-d4e5-7f60-8123-456789abcdef")

    assert number_of(transfer) == "01KASC-7N75F-XG828-T5CY4-TQKFF"


@given(st.uuids())
def test_a_number_is_read_back_as_people_type_it(transfer: UUID) -> None:
    number = number_of(transfer)

    for typed in (
        number, number.lower(), number.replace("-", ""), number.replace("-", " "),
        number.replace("0", "o").replace("1", "l"),
    ):  # fmt: skip
        assert read_number(typed) == transfer


@pytest.mark.parametrize("typed", ["", "7", "U" * 26, "Z" * 26, "0" * 25, "0" * 27, "é" * 26])
def test_what_cannot_be_a_number_is_none(typed: str) -> None:
    assert read_number(typed) is None


def test_both_sides_have_the_same_receipt(now: datetime) -> None:
    three = Three(at=now)
    request = three.ask(800)
    paid = three.pay(request)
    payment = paid["payment"]

    receipts = [
        call(person, "receipt.get", at=now, receipt=payment)["receipt"]
        for person in (three.payer, three.asker)
    ]

    assert receipts[0] == receipts[1] == {
        "number": number_of(UUID(payment)), "payment": payment, "from": str(three.payer),
        "to": str(three.asker), "amount": 800, "currency": "CNY", "kind": "payment_request.pay",
        "note": "Tickets", "ref": str(request), "at": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }  # fmt: skip
    number = receipts[0]["number"]
    assert paid["receipt"] == number
    for person in (three.payer, three.asker):
        assert call(person, "receipt.get", at=now, receipt=number)["receipt"] == receipts[0]
        entry = call(person, "wallet.entries", at=now)["entries"][0]
        assert entry["receipt"] == number
    # A top-up is no payment between people.
    assert call(three.payer, "wallet.entries", at=now)["entries"][-1]["receipt"] is None


def test_a_receipt_is_nobody_elses(now: datetime) -> None:
    three = Three(at=now)
    payment = three.pay(three.ask(800))["payment"]
    top_up = call(three.payer, "wallet.entries", at=now)["entries"][-1]["transfer"]

    for person, receipt in (
        (three.funder, payment),
        (three.funder, number_of(UUID(payment))),
        (three.payer, str(uuid4())),
        (three.payer, top_up),
        (three.payer, "no number"),
    ):
        with pytest.raises(ReceiptNotFound) as refusal:
            call(person, "receipt.get", at=now, receipt=receipt)
        assert refusal.value.code == "receipt.not_found"


def test_every_way_to_pay_has_a_receipt(now: datetime) -> None:
    one, other = make_people(2, at=now, funds=10_000)
    sent = call(one, "transfer.send", at=now, to=other, amount=100)["transfer"]["id"]
    # What is on offer is no payment yet.
    assert call(one, "receipt.list", at=now) == {"receipts": [], "more": False}
    call(other, "transfer.accept", at=now, transfer=sent)
    for amount in (200, 300):
        asked = call(other, "payment_request.create", at=now, to=one, amount=amount)
        request = asked["payment_request"]["id"]
        call(one, "payment_request.pay", at=now, payment_request=request)

    listed = [call(person, "receipt.list", at=now)["receipts"] for person in (one, other)]
    page = call(one, "receipt.list", at=now, limit=2)
    rest = call(one, "receipt.list", at=now, before=listed[0][1]["payment"])

    assert listed[0] == listed[1]
    assert [(row["kind"], row["amount"]) for row in listed[0]] == [
        ("payment_request.pay", 300), ("payment_request.pay", 200), ("transfer", 100),
    ]  # fmt: skip
    assert len({row["number"] for row in listed[0]}) == 3
    assert (page["receipts"], page["more"]) == (listed[0][:2], True)
    assert (rest["receipts"], rest["more"]) == (listed[0][2:], False)
