"""Banks on the page: paying from one, and what waits there until it answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from tests.banking import Banks, banks
from tests.page.acts import card, press
from tests.page.conftest import Pair, Windows
from tests.service import PASSWORD, Service, running_web

__all__ = ["banks"]

pytestmark = pytest.mark.browser


@pytest.fixture
def bank_windows(
    chromium: Browser, banks: Banks, tmp_path: Path, settings: Any
) -> Iterator[Windows]:
    """Yield what opens pages of a web server that reaches the test's banks."""
    variables = {"KITH_BANKS_URL": settings.BANKS_URL}
    with running_web(tmp_path, **variables) as web:
        opened = Windows(chromium, web)
        yield opened
        opened.close()
        assert opened.complaints == []


def test_a_request_is_paid_from_balance_and_bank(
    flat: Pair, bank_windows: Windows, banks: Banks
) -> None:
    flat.ann.call("payment_request.create", to=flat.bea.id, amount=60_000)
    bea = bank_windows.open(flat.bea, "/wallet/requests")
    card(bea, "Payment request").get_by_role("button", name="Pay ¥600.00").click()
    dialog = bea.get_by_role("dialog")
    expect(dialog).to_contain_text("¥500.00 from your balance, ¥100.00 from a bank")

    press(bea, "Pay ¥600.00")

    expect(dialog.get_by_role("link")).to_be_visible()
    assert [line[1:] for line in banks.lines("harbour")] == [("in", 10_000, "CNY")]
    assert (flat.ann.balance(), flat.bea.balance()) == (110_000, 0)


def test_a_bank_that_refuses_says_so_and_another_way_is_at_hand(
    flat: Pair, bank_windows: Windows, banks: Banks
) -> None:
    banks.set("harbour", fault="refuse", times=1)
    flat.ann.call("payment_request.create", to=flat.bea.id, amount=800)
    bea = bank_windows.open(flat.bea, "/wallet/requests")
    card(bea, "Payment request").get_by_role("button", name="Pay ¥8.00").click()
    dialog = bea.get_by_role("dialog")
    dialog.get_by_label("Pay from").select_option("Harbour")

    press(bea, "Pay ¥8.00")
    expect(dialog.get_by_role("alert")).to_contain_text("The bank has refused")
    assert flat.bea.balance() == 50_000

    dialog.get_by_label("Pay from").select_option("Balance")
    press(bea, "Pay ¥8.00")
    expect(dialog.get_by_role("link")).to_be_visible()
    assert flat.bea.balance() == 50_000 - 800


def test_a_payment_that_waits_for_its_bank_goes_on_by_itself(
    flat: Pair, bank_windows: Windows, banks: Banks, service: Service
) -> None:
    banks.set("harbour", fault="late", seconds=3, times=1)
    flat.ann.call("payment_request.create", to=flat.bea.id, amount=800)
    bea = bank_windows.open(flat.bea, "/wallet/requests")
    card(bea, "Payment request").get_by_role("button", name="Pay ¥8.00").click()
    dialog = bea.get_by_role("dialog")
    dialog.get_by_label("Pay from").select_option("Harbour")

    press(bea, "Pay ¥8.00")
    expect(dialog).to_contain_text("Waiting for the bank")
    expect(dialog).to_contain_text("Nothing of this is paid yet.")
    assert (flat.ann.balance(), flat.bea.balance()) == (50_000, 50_000)

    service.ask_banks_again()
    expect(dialog.get_by_role("link")).to_be_visible()
    assert (flat.ann.balance(), flat.bea.balance()) == (50_800, 50_000)
    assert len(banks.lines("harbour")) == 1


def test_a_pin_that_is_missing_once_the_bank_has_paid_is_asked_for_with_the_balance(
    flat: Pair, bank_windows: Windows, banks: Banks
) -> None:
    banks.set("harbour", fault="hang", seconds=3, times=1)
    flat.ann.call("payment_request.create", to=flat.bea.id, amount=60_000)
    bea = bank_windows.open(flat.bea, "/wallet/requests")
    card(bea, "Payment request").get_by_role("button", name="Pay ¥600.00").click()
    dialog = bea.get_by_role("dialog")
    press(bea, "Pay ¥600.00")
    expect(dialog).to_contain_text("Waiting for the bank")
    flat.bea.call("wallet.set_pin", pin="482915", password=PASSWORD)

    press(bea, "Ask again")
    expect(dialog.get_by_role("alert")).to_contain_text("¥100.00 is in your balance")
    assert (flat.ann.balance(), flat.bea.balance()) == (50_000, 60_000)
    press(bea, "Pay from your balance")
    bea.get_by_label("Payment PIN").fill("482915")
    press(bea, "Confirm")

    expect(dialog.get_by_role("link")).to_be_visible()
    assert (flat.ann.balance(), flat.bea.balance()) == (110_000, 0)
    assert len(banks.lines("harbour")) == 1


def test_what_waits_at_a_bank_stands_in_the_wallet_until_it_is_there(
    flat: Pair, bank_windows: Windows, banks: Banks, service: Service
) -> None:
    banks.set("lantern", fault="hang", seconds=3, times=2)
    page = bank_windows.open(flat.ann, "/wallet")
    page.get_by_role("button", name="Top up").first.click()
    page.get_by_role("dialog").get_by_label("Amount").fill("12")
    page.get_by_role("dialog").get_by_label("Over").select_option("Lantern")
    press(page, "Top up")

    waits = page.get_by_role("region", name="At the bank")
    expect(waits).to_contain_text("Top-up, Lantern")
    expect(waits).to_contain_text("¥12.00")
    expect(waits).to_contain_text("Waiting for the bank")
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_label("Amount").fill("30")
    page.get_by_role("dialog").get_by_label("Over").select_option("Lantern")
    press(page, "Withdraw")
    expect(waits.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("region", name="Balance")).to_contain_text("¥470.00")

    banks.set("lantern", fault="none")
    service.ask_banks_again()
    service.ask_banks_again()
    expect(waits).to_have_count(0)
    expect(page.locator(".toasts")).to_contain_text("The bank has carried out your payment.")
    expect(page.get_by_role("region", name="Balance")).to_contain_text("¥482.00")


def test_a_top_up_that_failed_while_nobody_heard_of_it_is_not_said_to_come(
    flat: Pair, bank_windows: Windows, banks: Banks, service: Service
) -> None:
    lost: list[bytes] = []

    def listen(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            told = message.encode() if isinstance(message, str) else message
            if lost or b'"status":"unknown"' not in told:
                route.send(message)
                return
            # The answer is lost, and the bank refuses before the page asks again.
            lost.append(told)
            banks.set("harbour", fault="refuse", times=1)
            service.ask_banks_again()
            route.close()
            server.close()

        server.on_message(pass_on)

    banks.set("harbour", fault="hang", seconds=3, times=1)
    page = bank_windows.open(flat.ann, "/wallet")
    page.route_web_socket("**/ws/", listen)
    page.reload()
    page.get_by_role("button", name="Top up").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Amount").fill("12")
    dialog.get_by_label("Over").select_option("Harbour")
    press(page, "Top up")

    expect(dialog.get_by_role("alert")).to_contain_text("The bank has refused")
    assert (len(lost), flat.ann.balance(), banks.lines("harbour")) == (1, 50_000, [])

    press(page, "Top up")
    expect(page.locator(".toasts")).to_contain_text("¥12.00 came in.")
    assert (flat.ann.balance(), len(banks.lines("harbour"))) == (51_200, 1)


def test_what_a_bank_paid_for_nothing_is_told_in_its_currency_with_the_reason(
    flat: Pair, bank_windows: Windows, banks: Banks, service: Service
) -> None:
    banks.set("harbour", fault="late", seconds=3, times=1)
    asked = flat.ann.call("payment_request.create", to=flat.bea.id, amount=800, currency="JPY")
    bea = bank_windows.open(flat.bea, "/wallet/requests")
    card(bea, "Payment request").get_by_role("button", name="Pay JPY").click()
    dialog = bea.get_by_role("dialog")
    dialog.get_by_label("Pay from").select_option("Harbour")
    dialog.get_by_role("button", name="Pay JPY").click()
    expect(dialog).to_contain_text("Waiting for the bank")

    flat.bea.call("payment_request.decline", payment_request=asked["payment_request"]["id"])
    service.ask_banks_again()

    alert = dialog.get_by_role("alert")
    expect(alert).to_contain_text("JPY\N{NO-BREAK SPACE}800 is in your balance.")
    expect(alert).to_contain_text("There is nothing to pay here any more.")
