"""Held payments and rules on the risk team's page, and what the two sides see of a held one."""

import pytest
from playwright.sync_api import expect

from tests.page.acts import expect_no_sideways_scroll, press
from tests.page.conftest import Windows
from tests.service import Service, Someone

pytestmark = pytest.mark.browser

RULE = "habit.many_in_window"


@pytest.fixture
def officer(service: Service) -> Someone:
    someone = service.sign_up("Olga Petrova")
    service.give_role(someone, "risk")
    return someone


def hold(service: Service, officer: Someone) -> tuple[Someone, Someone]:
    """Have a payment held by a rule that is switched on for it; return both sides."""
    payer, payee = service.sign_up("Paula Payer"), service.sign_up("Rita Receiver")
    payer.call("wallet.top_up", amount=10_000, channel="sandbox")
    officer.call(
        "rules.set", rule=RULE, mode="on", thresholds={"payments": 2, "minutes": 10},
        reason="for a test",
    )  # fmt: skip
    try:
        for _ in range(2):
            payer.call("transfer.send", to=payee.id, amount=1_234)
    finally:
        officer.call(
            "rules.set", rule=RULE, mode="shadow", thresholds={"payments": 20}, reason="as it was"
        )
    return payer, payee


def test_a_held_payment_is_shown_with_its_rules_and_released(
    service: Service, officer: Someone, windows: Windows
) -> None:
    _, payee = hold(service, officer)
    page = windows.open(officer, "/risk")
    page.get_by_role("link", name="Held payments").click()
    first = page.locator("kith-reviews .risk-review").first
    for words in ("12.34", "Paula Payer", "Rita Receiver", RULE, "payments: 2", "Goes back by"):
        expect(first).to_contain_text(words)

    first.get_by_role("button", name="Release").click()
    press(page, "Release")
    expect(page.get_by_role("dialog")).to_contain_text("This is needed.")
    page.get_by_role("dialog").get_by_label("Why").fill("they know each other")
    press(page, "Release")

    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("radio", name="Released").check()
    released = page.locator("kith-reviews .risk-review").first
    expect(released).to_contain_text("Paula Payer")
    released.locator("summary").click()
    expect(released).to_contain_text("they know each other")
    (first_transfer, *_) = payee.call("transfer.list")["transfers"]
    taken = payee.call("transfer.accept", transfer=first_transfer["id"])["transfer"]
    assert taken["status"] == "accepted"


def test_the_receiver_reads_that_it_is_being_reviewed(
    service: Service, officer: Someone, windows: Windows
) -> None:
    _, payee = hold(service, officer)
    (held, *_) = payee.call("transfer.list")["transfers"]
    assert held["under_review"] is True

    page = windows.open(payee, f"/wallet/transfer/{held['id']}")

    expect(page.locator("kith-transfer")).to_contain_text("Being reviewed")
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    page.goto(f"{service.url}/notices")
    expect(page.locator("kith-notices")).to_contain_text("is being reviewed before it goes on")


def test_only_the_two_sides_see_on_the_card_that_it_is_being_reviewed(
    service: Service, officer: Someone, windows: Windows
) -> None:
    payer = service.sign_up("Paul Payer", funds=10_000)
    payee, third = service.sign_up("Rosa Marin"), service.sign_up("Theo Weber")
    payer.befriend(payee, third)
    room = payer.make_group("Trip", payee, third)
    officer.call("rules.set", rule=RULE, mode="on", thresholds={"payments": 2}, reason="for a test")
    try:
        for _ in range(2):
            sent = payer.call("transfer.send", to=payee.id, amount=1_234, room=room)
    finally:
        officer.call(
            "rules.set", rule=RULE, mode="shadow", thresholds={"payments": 20}, reason="as it was"
        )

    receiving = windows.open(payee, f"/rooms/{room}")
    watching = windows.open(third, f"/rooms/{room}")

    card = receiving.locator("kith-card").last
    expect(card).to_contain_text("Being reviewed")
    expect(card.get_by_role("button", name="Accept")).to_have_count(0)
    other = watching.locator("kith-card").last
    expect(other).to_contain_text("Waiting")
    expect(other).not_to_contain_text("Being reviewed")
    review = officer.call("review.get", review=sent["transfer"]["id"])["review"]
    officer.call("review.release", review=review["id"], reason="they know each other")
    expect(card.get_by_role("button", name="Accept")).to_be_visible()


def test_a_rule_is_switched_on_the_page(officer: Someone, windows: Windows) -> None:
    page = windows.open(officer, "/risk/rules")
    row = page.get_by_role("button", name="habit.unusual_hour")
    expect(row).to_contain_text("in shadow")
    row.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="off").check()
    dialog.get_by_label("hours").fill("3")
    dialog.get_by_label("Why").fill("too many")
    press(page, "Save")

    expect(row).to_contain_text("off")
    expect(row).to_contain_text("hours: 3")
    expect_no_sideways_scroll(page)
    officer.call(
        "rules.set", rule="habit.unusual_hour", mode="shadow", thresholds={"hours": 2},
        reason="as it was",
    )  # fmt: skip
