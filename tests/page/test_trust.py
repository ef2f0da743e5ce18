"""Trust on the page: a slider, what a promise means, proposals, permissions, who could lend."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.acts import begin, card, expect_no_sideways_scroll, press
from tests.page.conftest import Pair, Windows
from tests.page.test_care import list_findings
from tests.service import Service, Someone

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844, "has_touch": True}


def keep(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if folder := os.environ.get("KITH_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def trust_panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Trust", exact=True)


def capacity(giver: Someone, receiver: Someone) -> int:
    given = giver.call("trust.list")["given"]
    return next((int(line["capacity"]) for line in given if line["to"] == receiver.id), 0)


def test_a_promise_is_made_by_slider_and_only_after_its_words(flat: Pair) -> None:
    page = flat.windows.open(flat.ann, f"/friends/{flat.bea.id}", **PHONE)
    panel = trust_panel(page)
    slider = panel.get_by_role("slider")
    expect(panel.get_by_role("button", name="Continue")).to_be_hidden()

    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(panel.get_by_label("Exact amount")).to_have_value("30.00")
    expect(slider).to_have_attribute("aria-valuetext", "¥30.00")
    panel.get_by_label("Exact amount").fill("200.55")
    panel.get_by_role("button", name="Continue").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("No money is taken from you.")
    expect(dialog).to_contain_text("up to ¥200.55 of this line is then lost for good")
    keep(page, "trust-agree-phone")
    assert list_findings(page) == []
    press(page, "Cancel")
    assert capacity(flat.ann, flat.bea) == 0
    panel.get_by_role("button", name="Continue").click()
    press(page, "I agree")

    expect(panel).to_contain_text("¥0.00 in use, ¥200.55 free")
    expect(panel.get_by_role("slider")).to_be_focused()
    assert capacity(flat.ann, flat.bea) == 20_055


def test_the_slider_ends_at_what_is_in_use_and_lowering_needs_no_words(flat: Pair) -> None:
    flat.ann.trust(flat.bea, 30_000)
    asked = flat.bea.call("loan.ask", lender=flat.ann.id, amount=12_345, days=30)
    flat.ann.call("loan.grant", loan=asked["loan"]["id"])
    page = flat.windows.open(flat.ann, f"/friends/{flat.bea.id}", **PHONE)
    panel = trust_panel(page)
    slider = panel.get_by_role("slider")
    expect(panel).to_contain_text("¥123.45 in use")

    slider.focus()
    page.keyboard.press("Home")
    expect(panel.get_by_label("Exact amount")).to_have_value("123.45")
    panel.get_by_label("Exact amount").fill("100")
    panel.get_by_role("button", name="Continue").click()
    expect(panel).to_contain_text("Open loans use ¥123.45")
    assert capacity(flat.ann, flat.bea) == 30_000
    panel.get_by_label("Exact amount").fill("123.45")
    panel.get_by_role("button", name="Continue").click()

    expect(panel).to_contain_text("¥123.45 in use, ¥0.00 free")
    assert capacity(flat.ann, flat.bea) == 12_345
    panel.get_by_text("What happened to this line").click()
    expect(panel.locator(".history > li")).to_have_count(3)
    expect(panel.locator(".history > li").first).to_contain_text("Set to ¥123.45")
    expect(panel.locator(".history").get_by_role("link")).to_contain_text("A loan uses it")
    keep(page, "trust-phone")
    expect_no_sideways_scroll(page)
    assert list_findings(page) == []


def test_a_proposal_asks_what_it_may_draw_on_and_sets_nothing(flat: Pair) -> None:
    for sender, receiver in ((flat.ann, flat.bea), (flat.bea, flat.ann)):
        sent = sender.call("transfer.send", to=receiver.id, amount=10_000)["transfer"]
        receiver.call("transfer.accept", transfer=sent["id"])
    page = flat.windows.open(flat.ann, f"/friends/{flat.bea.id}", **PHONE)
    panel = trust_panel(page)

    panel.get_by_text("What would be fitting?").click()
    expect(panel).to_contain_text("Nothing is set unless you do it.")
    expect(panel).not_to_contain_text("Proposed:")
    panel.get_by_label("Money sent between us").check()
    expect(panel).to_contain_text("Proposed: ¥10.00")
    expect(panel.locator(".reasons")).to_contain_text("¥100.00 went both ways in the last year")
    keep(page, "trust-proposal-phone")
    assert list_findings(page) == []
    panel.get_by_role("button", name="Take it over").click()

    expect(panel.get_by_label("Exact amount")).to_have_value("10.00")
    assert capacity(flat.ann, flat.bea) == 0
    panel.get_by_role("button", name="Continue").click()
    press(page, "I agree")
    expect(panel).to_contain_text("¥10.00 free")
    assert capacity(flat.ann, flat.bea) == 1_000


def test_a_permission_is_given_used_and_revoked(flat: Pair) -> None:
    flat.ann.trust(flat.bea, 30_000)
    page = flat.windows.open(flat.ann, f"/friends/{flat.bea.id}", **PHONE)
    panel = page.get_by_role("region", name="Loans between you")
    panel.get_by_role("button", name="Lend without being asked").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What Bea Moreau asks you for is lent at once")
    dialog.get_by_label("At most outstanding").fill("150")
    keep(page, "allow-phone")
    assert list_findings(page) == []
    press(page, "Permit it")
    expect(panel).to_contain_text("¥0.00 of ¥150.00 outstanding, ¥150.00 left")

    other = flat.windows.open(flat.bea, flat.path)
    form = begin(other, "Ask for a loan")
    form.get_by_label("Amount").fill("100")
    press(other, "Ask")
    expect(card(other, "Loan")).to_contain_text("Running")
    assert flat.bea.balance() == 60_000
    page.goto(page.url)
    expect(panel).to_contain_text("¥100.00 of ¥150.00 outstanding, ¥50.00 left")
    keep(page, "friend-phone")
    page.goto(flat.windows.service.url + "/notices")
    expect(page.get_by_text("borrowed from you, as you had permitted")).to_be_visible()
    page.goto(flat.windows.service.url + "/wallet/loans/lender")
    expect(page.get_by_role("region", name="Lent without being asked")).to_contain_text("Bea")
    keep(page, "lent-phone")
    assert list_findings(page) == []
    page.go_back()
    page.goto(flat.windows.service.url + f"/friends/{flat.bea.id}")
    panel.get_by_role("button", name="Revoke").click()
    press(page, "Revoke")

    expect(panel).to_contain_text("You are asked each time Bea Moreau wants to borrow")
    asked = flat.bea.call("loan.ask", lender=flat.ann.id, amount=100, days=3)
    assert asked["loan"]["status"] == "asked"


@dataclass(frozen=True)
class Chain:
    """Mei -500-> Lin -300-> Jonas, who is her friend too, with nothing between the two."""

    mei: Someone
    lin: Someone
    jonas: Someone


@pytest.fixture
def chain(service: Service) -> Chain:
    mei = service.sign_up("Mei Chen", funds=100_000)
    lin, jonas = service.sign_up("Lin Yue"), service.sign_up("Jonas Weber")
    lin.befriend(mei, jonas)
    jonas.befriend(mei)
    mei.trust(lin, 50_000)
    lin.trust(jonas, 30_000)
    return Chain(mei, lin, jonas)


def test_who_could_lend_how_much_and_why(windows: Windows, chain: Chain) -> None:
    page = windows.open(chain.jonas, "/wallet", **PHONE)
    page.get_by_role("link", name="Who could lend how much").click()
    row = page.get_by_role("link", name="Mei Chen")
    expect(row).to_contain_text("¥300.00")
    keep(page, "could-phone")
    expect_no_sideways_scroll(page)
    assert list_findings(page) == []
    row.click()
    expect(page.get_by_role("heading", name="Why this limit?")).to_be_visible()
    expect(page.locator(".payment-sum")).to_have_text("¥300.00")
    expect(page.locator(".picture")).to_be_visible()
    keep(page, "limit-phone")
    page.go_back()
    page.get_by_role("link", name="From me").click()

    expect(page.get_by_role("heading", name="Nothing yet")).to_be_visible()


def test_a_lender_sees_what_a_loan_would_use_gives_time_and_lets_go(
    windows: Windows, chain: Chain
) -> None:
    asked = chain.jonas.call(
        "loan.ask", lender=chain.mei.id, amount=20_000, days=30, daily_rate_ppm=400,
        installments=3,
    )["loan"]  # fmt: skip
    page = windows.open(chain.mei, f"/wallet/loan/{asked['id']}", **PHONE)
    expect(page.get_by_text("Trust that would carry it")).to_be_visible()
    expect(page.locator(".picture-amount")).to_have_count(2)
    expect(page.locator(".line-row").last).to_contain_text("¥200.00")
    keep(page, "preview-phone")
    assert list_findings(page) == []
    page.get_by_role("button", name="Lend").click()
    press(page, "Lend ¥200.00", "Done")

    expect(page.get_by_text("Running")).to_be_visible()
    expect(page.get_by_text("¥0.08", exact=True)).to_be_visible()
    page.get_by_role("button", name="Give more time").click()
    page.get_by_role("dialog").get_by_label("How many days more").fill("10")
    press(page, "Give more time")
    expect(page.locator("dl.facts.section")).to_contain_text("10 days")
    page.get_by_text("Statement of this loan").click()
    expect(
        page.get_by_role("region", name="Statement of this loan").get_by_role("row")
    ).to_have_count(3)
    keep(page, "loan-phone")
    expect_no_sideways_scroll(page)
    assert list_findings(page) == []
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV, with each day").click()
    assert Path(saved.value.path()).read_text().startswith("date,kind,amount,")
    page.get_by_role("button", name="Forgive").click()
    press(page, "Forgive ¥200.00")

    expect(page.locator(".hero")).to_contain_text("Forgiven")
    (loan,) = chain.jonas.call("loan.list", role="borrower")["loans"]
    assert (loan["status"], loan["extended_days"]) == ("forgiven", 10)
    guarantor = windows.open(chain.lin, "/notices")
    expect(guarantor.get_by_text("A loan to Jonas Weber uses your line of trust.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_reads_in_chinese(windows: Windows, chain: Chain, scheme: str) -> None:
    until = (datetime.now(UTC) + timedelta(days=5)).isoformat()
    chain.lin.call("loan.allow", person=chain.jonas.id, amount=5_000, until=until)
    page = windows.open(
        chain.lin, f"/friends/{chain.jonas.id}", locale="zh-CN", color_scheme=scheme, **PHONE
    )
    panel = page.get_by_role("region", name="信任", exact=True)
    expect(panel).to_contain_text("你为 Jonas Weber 担保")
    panel.get_by_text("多少合适？").click()
    expect(panel).to_contain_text("建议可以参考")
    expect(page.locator(".allowance").first).to_contain_text("¥50.00")
    keep(page, f"friend-zh-{scheme}")
    expect_no_sideways_scroll(page)
    assert list_findings(page) == []
    assert page.get_by_text("trust.").count() == 0
    panel.get_by_label("具体金额").fill("400")
    panel.get_by_role("button", name="继续").click()
    page.get_by_role("dialog").get_by_role("button", name="我同意").click()

    expect(panel).to_contain_text("¥400.00")
