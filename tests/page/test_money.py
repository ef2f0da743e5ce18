"""Two people in two browsers, and money between them."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.page.acts import begin, card, envelope, press
from tests.page.conftest import Pair, Windows
from tests.service import Service
from tests.threads import at_once
from wallet.envelopes import services as envelopes
from wallet.envelopes.models import Envelope

pytestmark = pytest.mark.browser


def test_an_envelope_is_sent_opened_and_emptied(flat: Pair) -> None:
    ann, bea = flat.open()
    form = begin(ann, "Red envelope")
    form.get_by_label("Amount in all").fill("8.88")
    form.get_by_label("Greeting").fill("Happy moving")
    press(ann, "Continue")
    expect(ann.get_by_role("dialog")).to_contain_text("Flat")
    expect(ann.get_by_role("dialog")).to_contain_text("Balance, ¥500.00 available")
    press(ann, "Send ¥8.88", "Done")

    expect(envelope(bea)).to_have_accessible_name("Red envelope: Happy moving. Tap to open.")
    envelope(bea).click()
    press(bea, "Open the envelope")
    expect(bea.get_by_role("dialog")).to_contain_text("1 of 2 opened")
    expect(bea.get_by_role("dialog").locator(".luckiest")).to_have_count(0)
    bea.keyboard.press("Escape")
    expect(envelope(bea)).to_have_accessible_name(re.compile(r"You got ¥\d\.\d\d\.$"))
    expect(envelope(bea)).to_be_focused()
    expect(envelope(ann)).to_contain_text("1 of 2 opened")
    envelope(ann).click()
    press(ann, "Open the envelope")

    expect(ann.get_by_role("dialog")).to_contain_text("2 of 2 opened, ¥8.88 of ¥8.88")
    expect(ann.get_by_role("dialog").locator(".luckiest")).to_have_count(1)
    expect(envelope(bea)).to_contain_text("2 of 2 opened")
    assert flat.ann.balance() + flat.bea.balance() == 100_000


def test_an_envelope_for_one_is_sealed_for_her_alone(windows: Windows, service: Service) -> None:
    ann = service.sign_up("Ann Lee", funds=10_000)
    bea, carl = service.sign_up("Bea Moreau"), service.sign_up("Carl Weber")
    ann.befriend(bea, carl)
    room = ann.make_group("Flat", bea, carl)
    ann.call(
        "envelope.send", room=room, amount=500, count=1, kind="equal", greeting="For Bea",
        only=[bea.id],
    )  # fmt: skip
    carl_page = windows.open(carl, f"/rooms/{room}")
    bea_page = windows.open(bea, f"/rooms/{room}")

    expect(envelope(carl_page)).to_contain_text("For Bea Moreau")
    envelope(carl_page).click()
    expect(carl_page.get_by_role("dialog")).to_contain_text("This one is for somebody else.")
    envelope(bea_page).click()
    press(bea_page, "Open the envelope")
    expect(bea_page.locator(".won")).to_contain_text("¥5.00")
    expect(envelope(carl_page)).to_contain_text("All shares are taken")
    assert (bea.balance(), carl.balance()) == (500, 0)


def test_an_envelope_with_a_password_asks_for_it(flat: Pair) -> None:
    ann, bea = flat.open()
    form = begin(ann, "Red envelope")
    form.get_by_label("Amount in all").fill("2")
    form.get_by_text("More choices").click()
    form.get_by_label("Password").fill("dumpling")
    press(ann, "Continue", "Send ¥2.00", "Done")
    envelope(bea).click()
    bea.get_by_role("dialog").get_by_label("Password").fill("noodle")
    press(bea, "Open the envelope")
    expect(bea.get_by_role("alert").filter(has_text=re.compile("password"))).to_be_visible()
    bea.get_by_role("dialog").get_by_label("Password").fill("dumpling")
    press(bea, "Open the envelope")

    expect(bea.locator(".won")).to_contain_text("¥")


def test_a_bill_is_split_and_paid(flat: Pair) -> None:
    ann, bea = flat.open()
    form = begin(ann, "Split a bill")
    form.get_by_label("What the bill was").fill("86.41")
    form.get_by_label("What for").fill("Electricity")
    press(ann, "Ask for the shares")
    expect(card(bea, "Bill")).to_contain_text("1 has not paid")
    card(bea, "Bill").get_by_role("button", name=re.compile(r"^Pay ¥43\.2[01]$")).click()
    expect(bea.get_by_role("dialog")).to_contain_text("Ann Lee")
    bea.get_by_role("dialog").get_by_role("button", name=re.compile("^Pay ¥43")).click()
    press(bea, "Done")

    expect(card(bea, "Bill")).to_contain_text("Settled")
    expect(card(ann, "Bill").get_by_role("img", name="1 of 1 paid")).to_be_visible()
    assert 100_000 - flat.bea.balance() == flat.ann.balance()
    assert flat.bea.balance() in (50_000 - 4_320, 50_000 - 4_321)


def test_a_bill_in_exact_amounts_has_to_work_out(flat: Pair) -> None:
    ann, bea = flat.open()
    form = begin(ann, "Split a bill")
    form.get_by_label("What the bill was").fill("30")
    form.get_by_role("radio", name="Amounts").check()
    form.get_by_label("Amount for Bea Moreau").fill("20.50")
    expect(form).to_contain_text("¥9.50 still to divide.")
    press(ann, "Ask for the shares")
    expect(form).to_be_visible()
    form.get_by_label("Amount for Ann Lee").fill("9.50")
    expect(form).to_contain_text("That is the whole bill.")
    press(ann, "Ask for the shares")

    expect(card(bea, "Bill").get_by_role("button", name="Pay ¥20.50")).to_be_visible()


def test_a_transfer_is_accepted_and_another_returned(flat: Pair) -> None:
    ann, bea = flat.open()
    for note in ("market", "change"):
        form = begin(ann, "Transfer")
        form.get_by_label("Amount").fill("12.5")
        form.get_by_label("Note").fill(note)
        press(ann, "Continue", "Send ¥12.50", "Done")
        expect(card(bea, "Transfer")).to_contain_text(note)
    card(bea, "Transfer").get_by_role("button", name="Return").click()
    press(bea, "Return")
    expect(card(ann, "Transfer")).to_contain_text("Returned")
    first = bea.get_by_role("region", name="Transfer", exact=True).first
    first.get_by_role("button", name="Accept").click()

    expect(first).to_contain_text("Accepted")
    expect(ann.get_by_role("region", name="Transfer", exact=True).first).to_contain_text("Accepted")
    assert (flat.ann.balance(), flat.bea.balance()) == (48_750, 51_250)


def test_pressing_send_twice_sends_once(flat: Pair) -> None:
    ann, bea = flat.open()
    form = begin(ann, "Transfer")
    form.get_by_label("Amount").fill("7")
    press(ann, "Continue")
    ann.get_by_role("dialog").get_by_role("button", name="Send ¥7.00").dblclick()
    expect(ann.get_by_role("dialog")).to_contain_text("Offered")
    press(ann, "Done")

    expect(card(bea, "Transfer")).to_be_visible()
    expect(ann.get_by_role("region", name="Transfer", exact=True)).to_have_count(1)
    (account,) = flat.ann.call("wallet.get")["accounts"]
    assert account["held"] == 700


@pytest.mark.parametrize("typed", ["", "0", "-5", "1.005", "12,5x", "1e3"])
def test_what_is_no_amount_is_said_at_the_field(pair: tuple[Page, Page], typed: str) -> None:
    ann, _ = pair
    form = begin(ann, "Transfer")
    form.get_by_label("Amount").fill(typed)
    press(ann, "Continue")

    expect(form).to_contain_text("Type an amount, such as 12.50.")
    expect(form.get_by_label("Amount")).to_be_focused()


def test_who_has_too_little_tops_up_on_the_way(flat: Pair) -> None:
    ann, _ = flat.open()
    form = begin(ann, "Transfer")
    form.get_by_label("Amount").fill("600")
    press(ann, "Continue")
    expect(ann.get_by_role("dialog")).to_contain_text("Your balance is ¥500.00. Top up?")
    press(ann, "Send ¥600.00")
    expect(ann.get_by_role("dialog")).to_contain_text("Your balance is ¥500.00. Top up?")
    press(ann, "Top up ¥100.00", "Top up", "Send ¥600.00")

    expect(ann.get_by_role("dialog")).to_contain_text("Offered")
    assert flat.ann.balance() == 60_000


def test_a_loan_over_a_friend_of_both(windows: Windows, service: Service) -> None:
    """Mei -500-> Lin -300-> Jonas: he can borrow 300, and both read why."""
    mei, lin = service.sign_up("Mei Chen", funds=100_000), service.sign_up("Lin Yue")
    jonas = service.sign_up("Jonas Weber")
    lin.befriend(mei, jonas)
    mei.trust(lin, 50_000)
    lin.trust(jonas, 30_000)
    room = lin.make_group("Flat", mei, jonas)
    jonas_page = windows.open(jonas, f"/rooms/{room}")
    mei_page = windows.open(mei, f"/rooms/{room}")
    form = begin(jonas_page, "Ask for a loan")
    form.get_by_label("Whom to ask").select_option(label=f"Mei Chen (@{mei.username})")
    expect(form).to_contain_text("You can borrow up to ¥300.00 here.")
    form.get_by_label("Amount").fill("300.01")
    press(jonas_page, "Ask")
    expect(form.get_by_role("alert")).to_contain_text("¥300.00 at most")
    form.get_by_label("Amount").fill("300")
    press(jonas_page, "Ask")

    card(mei_page, "Loan").get_by_role("link").click()
    mei_page.get_by_role("link", name="Why this limit?").click()
    expect(mei_page.locator(".payment-sum")).to_have_text("¥300.00")
    tight = mei_page.locator(".tight-words")
    expect(tight).to_contain_text("Lin Yue → Jonas Weber (¥300.00)")
    expect(mei_page.locator(".picture-amount.tight")).to_have_text("⧓ ¥300.00")
    mei_page.go_back()
    card(mei_page, "Loan").get_by_role("button", name="Lend").click()
    press(mei_page, "Lend ¥300.00", "Done")

    expect(card(jonas_page, "Loan")).to_contain_text("Running")
    expect(mei_page.get_by_text("Trust that carries it")).to_be_visible()
    card(jonas_page, "Loan").get_by_role("button", name="Repay").click()
    jonas_page.get_by_role("dialog").get_by_label("How much").fill("100")
    press(jonas_page, "Continue", "Pay ¥100.00", "Done")
    expect(card(mei_page, "Loan")).to_contain_text("¥200.00")
    assert (mei.balance(), jonas.balance()) == (80_000, 20_000)


def test_the_wallet_shows_what_came_and_went(flat: Pair) -> None:
    flat.ann.call("transfer.send", to=flat.bea.id, amount=1_250, note="market", room=flat.room)
    page = flat.windows.open(flat.ann, "/wallet")
    expect(page.get_by_role("region", name="Balance")).to_contain_text("¥500.00")
    expect(page.get_by_role("region", name="Balance")).to_contain_text("Available ¥487.50")
    page.get_by_role("button", name="Top up").first.click()
    page.get_by_role("dialog").get_by_label("Amount").fill("20")
    press(page, "Top up")

    expect(page.get_by_role("region", name="Balance")).to_contain_text("¥520.00")
    expect(page.locator(".entry").first).to_contain_text("+¥20.00")
    expect(page.locator(".entry").first).to_contain_text("¥520.00 after")


def test_an_expired_envelope_says_so_and_keeps_what_is_left(flat: Pair) -> None:
    sent = flat.ann.call(
        "envelope.send", room=flat.room, amount=500, count=1, kind="equal", greeting="Late",
    )  # fmt: skip
    now = datetime.now(UTC)
    late = Envelope.objects.filter(id=sent["envelope"]["id"])
    # In another thread, because Playwright keeps an event loop in this one.
    assert at_once([lambda: late.update(expires_at=now)]) == [1]
    at_once([lambda: envelopes.return_expired(at=now)])
    page = flat.windows.open(flat.bea, flat.path)

    expect(envelope(page)).to_have_accessible_name("Red envelope: Late. Expired.")
    envelope(page).click()
    expect(page.get_by_role("dialog")).to_contain_text("What was left went back to the sender.")
    assert flat.bea.balance() == 50_000
