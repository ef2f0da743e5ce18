"""Payment requests, vouchers and receipts in two browsers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.page.acts import begin, card, press
from tests.page.conftest import Pair, Windows

pytestmark = pytest.mark.browser


def test_a_request_is_paid_with_a_voucher_first_and_leaves_a_receipt(flat: Pair) -> None:
    ann, bea = flat.open()
    day = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    flat.ann.call("account.confirm_name", name="Ann Lee", phone="13800000000")
    flat.ann.call("voucher.issue", people=[flat.bea.id], amount=500, expires_at=day)
    form = begin(ann, "Ask for a payment")
    form.get_by_label("Amount").fill("8.00")
    form.get_by_label("Note").fill("Tickets")
    press(ann, "Ask")
    expect(card(bea, "Payment request")).to_contain_text("Ann Lee asks you")

    card(bea, "Payment request").get_by_role("button", name="Pay ¥8.00").click()
    expect(bea.get_by_role("dialog")).to_contain_text("Ann Lee")
    expect(bea.get_by_role("dialog")).to_contain_text("1, worth ¥5.00")
    bea.get_by_role("dialog").get_by_role("button", name="Pay ¥8.00").click()
    number = bea.get_by_role("dialog").get_by_role("link").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{6}(-[0-9A-Z]{5}){4}", number)
    assert flat.bea.balance() == 50_000 - 300
    assert flat.ann.balance() == 50_000 - 500 + 800
    expect(card(ann, "Payment request")).to_contain_text("Paid")

    bea.get_by_role("dialog").get_by_role("link").click()
    expect(bea.locator("kith-receipt")).to_contain_text(number)
    expect(bea.locator("kith-receipt")).to_contain_text("¥8.00")
    bea.get_by_role("button", name="Dispute this payment").click()
    bea.get_by_label("What went wrong").fill("No tickets came")
    press(bea, "Dispute")
    expect(bea.locator(".toasts")).to_contain_text("The staff looks into it.")
    (dispute,) = flat.bea.call("dispute.list")["disputes"]
    assert (dispute["receipt"], dispute["status"]) == (number, "open")


def test_a_voucher_worth_more_is_offered_with_what_becomes_of_the_rest(flat: Pair) -> None:
    _, bea = flat.open()
    day = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    flat.ann.call("account.confirm_name", name="Ann Lee", phone="13800000000")
    flat.ann.call("voucher.issue", people=[flat.bea.id], amount=2_000, expires_at=day)
    flat.ann.call(
        "payment_request.create", to=flat.bea.id, amount=800, note="Tickets", room=flat.room
    )

    card(bea, "Payment request").get_by_role("button", name="Pay ¥8.00").click()
    dialog = bea.get_by_role("dialog")
    dialog.get_by_label("Pay from").select_option(label="A voucher of ¥20.00")
    expect(dialog).to_contain_text("¥12.00 of it go back to who gave it")
    dialog.get_by_role("button", name="Pay ¥8.00").click()

    expect(dialog.get_by_role("link")).to_be_visible()
    assert flat.bea.balance() == 50_000
    (voucher,) = flat.bea.call("voucher.list")["vouchers"]
    assert voucher["status"] == "used"
    assert flat.ann.balance() == 50_000 - 2_000 + 800 + 1_200


def test_a_request_can_be_declined_in_the_wallet(flat: Pair, windows: Windows) -> None:
    flat.ann.call("payment_request.create", to=flat.bea.id, amount=800)
    bea = windows.open(flat.bea, "/wallet/requests")

    expect(bea.locator("kith-requests")).to_contain_text("You are asked for")
    card(bea, "Payment request").get_by_role("button", name="Decline").click()
    press(bea, "Decline")

    expect(card(bea, "Payment request")).to_contain_text("Declined")
    assert flat.bea.balance() == 50_000


def test_the_statement_is_saved_as_a_file(flat: Pair, windows: Windows) -> None:
    bea = windows.open(flat.bea, "/wallet/entries")
    bea.get_by_role("link", name="Statement").last.click()
    expect(bea.locator("kith-statement")).to_contain_text("¥500.00")

    with bea.expect_download() as saving:
        bea.get_by_role("button", name="Save as CSV").click()

    assert saving.value.suggested_filename.endswith(".csv")
    text = saving.value.path().read_text()
    assert text.splitlines()[0].startswith("account,currency,kind,at,amount,balance")
    assert ",closing," in text
    assert ",50000," in text


def test_the_list_of_rooms_names_a_request_as_the_newest(flat: Pair, windows: Windows) -> None:
    flat.ann.call("payment_request.create", to=flat.bea.id, amount=800, room=flat.room)
    bea = windows.open(flat.bea, "/")

    expect(bea.get_by_role("link", name="Flat")).to_contain_text("Payment request")
