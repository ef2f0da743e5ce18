"""Closing one's account on the page."""

import pytest
from playwright.sync_api import expect

from tests.page.acts import press
from tests.page.conftest import Windows
from tests.service import PASSWORD, Service

pytestmark = pytest.mark.browser


def test_what_stands_open_is_listed_and_then_the_account_closes(
    windows: Windows, service: Service
) -> None:
    ann = service.sign_up("Ann Lee", funds=1_250)
    page = windows.open(ann, "/settings/close")
    panel = page.locator("kith-close-setting")
    expect(panel).to_contain_text("Money on your balance")
    expect(panel).to_contain_text("¥12.50")
    expect(panel.get_by_role("button")).to_have_count(0)

    panel.get_by_role("link", name="Money on your balance").click()
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_label("Amount").fill("12.50")
    press(page, "Withdraw")
    expect(page.get_by_role("region", name="Balance")).to_contain_text("¥0.00")

    page.goto(f"{service.url}/settings/close")
    expect(panel).to_contain_text("Nothing stands open.")
    panel.get_by_label("Your password").fill(PASSWORD)
    panel.get_by_role("button", name="Close my account for good").click()
    press(page, "Close my account for good")

    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    page.get_by_label("Username").fill(ann.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("This account was closed.")).to_be_visible()
    # The refusals of a wrong log-in are what the browser writes down.
    windows.complaints[:] = [one for one in windows.complaints if "403" not in one]
