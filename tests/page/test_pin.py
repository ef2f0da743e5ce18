"""The payment PIN and what may still be paid, in the browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.acts import begin, card, press
from tests.page.conftest import Pair, Windows
from tests.service import PASSWORD, Service

pytestmark = pytest.mark.browser
PIN = "482915"


def offer(page: Page, amount: str, shown: str) -> None:
    """Fill in a transfer and press its last button."""
    form = begin(page, "Transfer")
    form.get_by_label("Amount").fill(amount)
    press(page, "Continue", f"Send {shown}")


def type_pin(page: Page, pin: str) -> None:
    page.get_by_label("Payment PIN").fill(pin)
    press(page, "Confirm")


def test_a_pin_is_set_and_asked_for(flat: Pair) -> None:
    ann, bea = flat.open()
    settings = flat.windows.open(flat.ann, "/settings/pin")
    settings.get_by_label("PIN", exact=True).fill("123456")
    settings.get_by_label("Your password").fill(PASSWORD)
    settings.get_by_role("button", name="Save").click()
    expect(settings.get_by_role("alert")).to_contain_text("the first that others would try")
    settings.get_by_label("PIN", exact=True).fill(PIN)
    settings.get_by_role("button", name="Save").click()
    expect(settings.get_by_text("You have set one.")).to_be_visible()

    offer(ann, "250", "¥250.00")
    type_pin(ann, "905173")
    expect(ann.get_by_text("You can try 4 times more.")).to_be_visible()
    assert card(bea, "Transfer").count() == 0
    type_pin(ann, PIN)
    press(ann, "Done")

    expect(card(bea, "Transfer")).to_contain_text("¥250.00")
    offer(ann, "200", "¥200.00")
    press(ann, "Done")
    (account,) = flat.ann.call("wallet.get")["accounts"]
    assert account["held"] == 45_000


def test_who_does_not_type_the_pin_pays_nothing(flat: Pair) -> None:
    ann, _ = flat.open()
    flat.ann.call("wallet.set_pin", pin=PIN, password=PASSWORD)

    offer(ann, "250", "¥250.00")
    expect(ann.get_by_label("Payment PIN")).to_be_focused()
    ann.keyboard.press("Escape")

    expect(ann.get_by_role("alert").filter(has_text="Nothing was paid")).to_be_visible()
    (account,) = flat.ann.call("wallet.get")["accounts"]
    assert account["held"] == 0


def test_the_wallet_says_what_is_left_and_how_to_raise_it(
    windows: Windows, service: Service
) -> None:
    ann = service.sign_up("Ann Lee", funds=500_000, is_known=False)
    bea = service.sign_up("Bea Moreau")
    ann.befriend(bea)
    room = ann.make_group("Flat", bea)
    ann.call("transfer.send", to=bea.id, amount=35_000)

    wallet = windows.open(ann, "/wallet")
    left = wallet.get_by_role("region", name="What you may still pay")
    expect(left).to_contain_text("¥1,650.00 of ¥2,000.00")
    expect(left).to_contain_text("¥9,650.00 of ¥10,000.00")
    page = windows.open(ann, f"/rooms/{room}")
    offer(page, "1200", "¥1,200.00")
    expect(
        page.get_by_role("alert").filter(has_text="You may pay ¥1,000.00 at once")
    ).to_be_visible()
    page.get_by_role("link", name="Confirm my name").click()

    expect(page.get_by_label("Name as in your documents")).to_be_visible()
