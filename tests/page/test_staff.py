"""Disputes on the page of the staff, and nowhere else."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.acts import press
from tests.page.conftest import Pair, Windows
from tests.service import Service

pytestmark = pytest.mark.browser


def dispute(flat: Pair) -> str:
    """Have Ann pay Bea and dispute it; return the receipt's number."""
    transfer = flat.ann.call("transfer.send", to=flat.bea.id, amount=1_250)["transfer"]
    flat.bea.call("transfer.accept", transfer=transfer["id"])
    receipt = str(flat.ann.call("wallet.entries")["entries"][0]["receipt"])
    flat.ann.call("dispute.open", receipt=receipt, reason="Nothing came")
    return receipt


def step(page: Page, name: str, reason: str) -> None:
    """Take a step, with why."""
    page.locator("kith-dispute").get_by_role("button", name=name, exact=True).click()
    page.get_by_role("dialog").get_by_label("Why").fill(reason)
    press(page, name)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_two_of_the_staff_find_freeze_propose_and_decide(
    flat: Pair, windows: Windows, service: Service
) -> None:
    receipt = dispute(flat)
    cai, dan = service.sign_up("Cai Wu"), service.sign_up("Dan Okafor")
    for someone in (cai, dan):
        service.give_role(someone, "staff")
    first = windows.open(cai, "/settings")
    first.get_by_role("link", name="Disputes").click()
    first.get_by_label("Receipt number or username").fill(receipt)
    found = first.locator("kith-disputes a.row")
    expect(found).to_have_count(1)
    found.click()
    page = first.locator("kith-dispute")
    expect(page).to_contain_text("Nothing came")

    step(first, "Freeze", "looks wrong")
    expect(page).to_contain_text("froze ¥12.50")
    step(first, "Propose", "no parcel was sent")
    expect(page).to_contain_text("Somebody else has to decide.")
    expect(page.get_by_role("button", name="Confirm", exact=True)).to_have_count(0)
    assert flat.ann.balance() == 50_000 - 1_250

    second = windows.open(dan, first.url.removeprefix(service.url))
    expect(second.locator("kith-dispute")).to_contain_text("Proposed: pay it back")
    step(second, "Confirm", "agreed")
    expect(second.locator("kith-dispute .hero")).to_contain_text("Paid back")
    assert flat.ann.balance() == 50_000
    history = second.locator("kith-dispute ol li")
    expect(history).to_have_count(4)
    expect(history.last).to_contain_text("Dan Okafor")
    expect(history.last).to_contain_text("agreed")


def test_others_never_see_it(flat: Pair, windows: Windows) -> None:
    dispute(flat)
    page = windows.open(flat.bea, "/settings")
    expect(page.get_by_role("link", name="Profile")).to_be_visible()
    expect(page.get_by_role("link", name="Disputes")).to_have_count(0)

    page.goto(page.url.replace("/settings", "/staff/disputes"))

    expect(page.get_by_role("link", name="Flat")).to_be_visible()
    expect(page.locator("kith-disputes")).to_have_count(0)
