"""Shared expenses in a real browser: writing one down, who owes what, settling with one tap."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.page.acts import begin, card, expect_no_sideways_scroll, press
from tests.page.conftest import Pair
from tests.page.test_care import HEIGHT, LOOKS, WIDTHS, list_findings

pytestmark = pytest.mark.browser


def test_an_expense_is_written_down_and_settled_with_one_tap(flat: Pair) -> None:
    ann, bea = flat.open()
    form = begin(ann, "Add an expense")
    form.get_by_label("What was paid").fill("90.01")
    form.get_by_label("What for").fill("Boat")
    press(ann, "Add")
    expect(card(bea, "Expense")).to_contain_text("Paid by Ann Lee")
    expect(card(bea, "Expense")).to_contain_text("¥45.00")
    card(bea, "Expense").get_by_role("link", name="Who owes what").click()
    detail = bea.get_by_role("complementary")
    expect(detail.locator(".hero")).to_contain_text("You owe")
    expect(detail.locator(".hero-sum")).to_have_text("¥45.00")
    detail.locator(".hero-sum").get_by_role("button").click()
    lines = bea.get_by_role("dialog")
    expect(lines).to_contain_text("Boat")
    expect(lines.locator(".line-row").first).to_contain_text("−¥45.00")
    press(bea, "Close")
    detail.get_by_role("list").get_by_role("button", name="¥45.00").first.click()
    expect(lines.locator(".line-row").last).to_contain_text("You owe¥45.00")
    press(bea, "Close")
    detail.get_by_role("button", name="Settle", exact=True).click()
    expect(bea.get_by_role("dialog")).to_contain_text("Ann Lee")
    press(bea, "Pay ¥45.00", "Done")

    expect(detail.locator(".hero")).to_contain_text("All even")
    assert (flat.ann.balance(), flat.bea.balance()) == (54_500, 45_500)


def test_several_pay_and_one_pays_back_in_cash(flat: Pair) -> None:
    ann, bea = flat.open()
    form = begin(ann, "Add an expense")
    form.get_by_label("Paid by").first.select_option(label="Several people")
    payers = form.get_by_role("list", name="Paid by")
    payers.get_by_label("Amount for Ann Lee").fill("70")
    payers.get_by_label("Amount for Bea Moreau").fill("30")
    form.get_by_role("radio", name="Amounts").check()
    between = form.get_by_role("list", name="Between whom")
    between.get_by_label("Amount for Ann Lee").fill("20")
    between.get_by_label("Amount for Bea Moreau").fill("80")
    press(ann, "Add")
    expect(card(bea, "Expense")).to_contain_text("¥100.00")
    for page in (ann, bea):
        page.goto(page.url.split("/rooms")[0] + flat.path + "/balances")
    bea.get_by_role("button", name="Settle", exact=True).click()
    press(bea, "I paid in cash", "Record it")
    expect(bea.get_by_text("Waits to be confirmed")).to_be_visible()
    ann.reload()
    ann.get_by_role("button", name="I got ¥50.00").click()

    expect(ann.locator(".hero")).to_contain_text("All even")
    assert (flat.ann.balance(), flat.bea.balance()) == (50_000, 50_000)


def test_an_expense_is_changed_and_its_history_shown(flat: Pair) -> None:
    ann, bea = flat.open()
    even = {"mode": "even", "members": [flat.ann.id, flat.bea.id]}
    flat.ann.call("expense.add", room=flat.room, paid={flat.ann.id: 6_000}, between=even, note="T")
    card(bea, "Expense").get_by_role("link").first.click()
    bea.get_by_role("button", name="Change the expense").click()
    form = bea.get_by_role("dialog")
    expect(form.get_by_label("What was paid")).to_have_value("60.00")
    form.get_by_label("What was paid").fill("80")
    press(bea, "Save")

    story = bea.get_by_role("complementary")
    expect(story.locator(".hero-sum")).to_have_text("¥80.00")
    expect(story).to_contain_text("You changed it")
    expect(story).to_contain_text("Ann Lee added it")
    expect(card(ann, "Expense")).to_contain_text("¥40.00")
    story.get_by_role("button", name="Repeat each week").click()
    expect(card(ann, "Expense")).to_contain_text("each week")


def test_each_currency_is_shown_with_its_own_digits(flat: Pair) -> None:
    even = {"mode": "even", "members": [flat.ann.id, flat.bea.id]}
    for currency in ("JPY", "KWD", "IQD"):
        flat.ann.call(
            "expense.add", room=flat.room, paid={flat.ann.id: 2_468}, between=even,
            currency=currency,
        )  # fmt: skip
    page = flat.windows.open(flat.bea, f"/friends/{flat.ann.id}/balances")

    expect(page.locator(".hero-sum")).to_have_text(["IQD 1.234", "JPY 1,234", "KWD 1.234"])
    page.get_by_role("button", name="Settle", exact=True).nth(1).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Top up JPY 1,234").click()
    expect(dialog.get_by_role("textbox")).to_have_value("1234")
    press(page, "Top up", "Pay JPY 1,234", "Done")
    expect(page.locator(".hero-sum")).to_have_text(["IQD 1.234", "KWD 1.234"])
    wallet = flat.windows.open(flat.ann, "/wallet")
    expect(wallet.locator(".account-sum")).to_have_text(["¥500.00", "JPY 1,234"])
    expect(wallet.locator(".entry").first).to_contain_text("Settling up")
    expect(wallet.locator(".entry").first).to_contain_text("+JPY 1,234")
    wallet.get_by_role("button", name="Top up").nth(1).click()
    wallet.get_by_role("dialog").get_by_label("Amount").fill("66")
    press(wallet, "Top up")
    expect(wallet.locator(".account-sum")).to_have_text(["¥500.00", "JPY 1,300"])


def test_the_table_is_downloaded(flat: Pair) -> None:
    even = {"mode": "even", "members": [flat.ann.id, flat.bea.id]}
    flat.ann.call("expense.add", room=flat.room, paid={flat.ann.id: 6_000}, between=even, note="T")
    page = flat.windows.open(flat.ann, f"{flat.path}/balances")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download as CSV").click()

    assert coming.value.suggested_filename == "expenses.csv"
    assert "30.00" in Path(coming.value.path()).read_text()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_views_fit_and_are_accessible(flat: Pair, width: int, scheme: str) -> None:
    even = {"mode": "even", "members": [flat.ann.id, flat.bea.id]}
    terms = {"room": flat.room, "between": even, "note": "n" * 80, "category": "c" * 32}
    made = flat.ann.call("expense.add", paid={flat.ann.id: 10**12, flat.bea.id: 1}, **terms)
    flat.bea.call("room.settle", room=flat.room, to=flat.ann.id, amount=5, outside=True)
    page = flat.windows.open(flat.ann, width=width, color_scheme=scheme)
    origin = page.url.rstrip("/")
    findings = []
    for path in (
        f"{flat.path}/balances", f"{flat.path}/expense/{made['expense']['id']}",
        f"/friends/{flat.bea.id}/balances",
    ):  # fmt: skip
        page.goto(origin + path)
        expect(page.locator(".hero").first).to_be_visible()
        findings += list_findings(page)
        for other in WIDTHS:
            page.set_viewport_size({"width": other, "height": HEIGHT})
            expect_no_sideways_scroll(page)
        page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(origin + flat.path)
    form = begin(page, "Add an expense")
    findings += list_findings(page)
    form.get_by_text("More choices").click()
    assert form.evaluate("it => it.scrollWidth - it.clientWidth") <= 0

    assert findings == []
