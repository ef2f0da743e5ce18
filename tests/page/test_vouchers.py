"""Giving vouchers ahead of time, and the lists of those given and got."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.page.acts import begin, press
from tests.page.conftest import Pair, Windows
from tests.service import Service

pytestmark = pytest.mark.browser


def in_days(page: Page, days: int) -> str:
    """Return a date as the browser's clock sees it."""
    today = datetime.fromisoformat(page.evaluate("new Date().toISOString().slice(0, 10)"))
    return (today + timedelta(days=days)).date().isoformat()


def test_vouchers_are_given_to_friends_after_a_look_at_the_sum(
    flat: Pair, windows: Windows, service: Service
) -> None:
    cai = service.sign_up("Cai Wu")
    cai.befriend(flat.ann)
    page = windows.open(flat.ann, "/wallet/requests")
    page.get_by_role("button", name="Give vouchers").first.click()
    dialog = page.get_by_role("dialog")
    press(page, "Continue")
    expect(dialog).to_contain_text("Choose who gets one.")
    dialog.get_by_label("Bea Moreau").check()
    dialog.get_by_label("Cai Wu").check()
    dialog.get_by_label("Amount for each").fill("8.88")
    dialog.get_by_label("Until").fill(in_days(page, 30))
    dialog.get_by_label("Note").fill("Happy new year")
    expect(dialog).to_contain_text("2 × ¥8.88 = ¥17.76")

    press(page, "Continue")
    expect(page.get_by_role("dialog")).to_contain_text("2 people")
    press(page, "Pay ¥17.76")
    expect(page.get_by_role("dialog")).to_contain_text("The vouchers are out.")
    press(page, "Done")

    assert flat.ann.balance() == 50_000 - 1_776
    given = page.locator("kith-requests section", has_text="Vouchers you gave").first
    expect(given.get_by_role("region", name="Voucher")).to_have_count(2)
    expect(given).to_contain_text("For Cai Wu")
    bea = windows.open(flat.bea, "/wallet/requests")
    got = bea.get_by_role("region", name="Voucher")
    expect(got).to_contain_text("From Ann Lee")
    expect(got).to_contain_text("Happy new year")


def test_in_a_conversation_they_are_for_its_members(flat: Pair, windows: Windows) -> None:
    page = windows.open(flat.ann, flat.path)
    dialog = begin(page, "Give vouchers")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_label("Bea Moreau").check()
    dialog.get_by_label("Amount for each").fill("5")
    dialog.get_by_label("Until").fill(in_days(page, 400))
    press(page, "Continue")
    expect(dialog).to_contain_text("Choose a day from tomorrow on, within a year.")
    dialog.get_by_label("Until").fill(in_days(page, 1))
    press(page, "Continue", "Pay ¥5.00")
    expect(page.get_by_role("dialog")).to_contain_text("The vouchers are out.")

    (voucher,) = flat.bea.call("voucher.list")["vouchers"]
    assert (voucher["amount"], voucher["status"]) == (500, "open")
