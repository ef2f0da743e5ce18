"""Around a red envelope: the opening, thanks, the year, and luck in a room."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.acts import envelope, press
from tests.page.conftest import Pair
from wallet.days import day_of

pytestmark = pytest.mark.browser

# Notes what moves while an envelope is opened, since it is over in a moment.
WATCH = """() => {
  window.moved = { sparks: 0, coin: "", amounts: new Set() };
  new MutationObserver((changes) => {
    for (const { target, addedNodes, attributeName } of changes) {
      if (attributeName === "aria-busy" && target.getAttribute("aria-busy")) {
        window.moved.coin = getComputedStyle(target).animationName;
      }
      for (const node of addedNodes) window.moved.sparks += node.className === "spark";
      const won = document.querySelector(".won .money");
      if (won) window.moved.amounts.add(won.textContent);
    }
  }).observe(document.body, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
}"""


def send(flat: Pair, amount: int = 888, count: int = 2, **terms: Any) -> str:
    fields = {"room": flat.room, "amount": amount, "count": count, "kind": "equal"} | terms
    return str(flat.ann.call("envelope.send", **fields)["envelope"]["id"])


def open_it(page: Page) -> Locator:
    envelope(page).click()
    press(page, "Open the envelope")
    expect(page.locator(".won")).to_be_visible()
    return page.get_by_role("dialog")


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_opening_moves_unless_one_wants_it_still(flat: Pair, motion: str) -> None:
    send(flat)
    page = flat.windows.open(flat.bea, flat.path, reduced_motion=motion)
    expect(envelope(page)).to_contain_text("Tap to open")
    page.evaluate(WATCH)

    dialog = open_it(page)

    expect(dialog.locator(".won .money")).to_have_text("¥4.44")
    moved = page.evaluate("({ ...window.moved, amounts: window.moved.amounts.size })")
    assert moved["coin"] == "coin"
    if motion == "reduce":
        assert (moved["sparks"], moved["amounts"]) == (0, 1)
        spin = "getComputedStyle(document.querySelector('.envelope')).transitionDuration"
        assert page.evaluate(spin) == "0.001s"
    else:
        assert moved["sparks"] == 14
        assert moved["amounts"] > 3
        expect(dialog.locator(".spark")).to_have_count(0)
    assert flat.bea.balance() == 50_444


def test_a_thank_you_is_one_tap_and_reaches_the_sender(flat: Pair) -> None:
    send(flat)
    ann, bea = flat.open()
    dialog = open_it(bea)
    dialog.get_by_role("button", name="Thank with 🎉").focus()
    bea.keyboard.press("Enter")

    expect(dialog).to_contain_text("You said 🎉")
    expect(dialog.get_by_role("button", name=re.compile("Thank with"))).to_have_count(0)
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    expect(dialog.get_by_role("listitem")).to_contain_text("🎉")
    expect(envelope(ann)).to_contain_text("🙏 1")
    ann.get_by_role("link", name=re.compile("^Notices")).click()
    ann.get_by_role("button", name=re.compile("Bea Moreau thanks you for a red envelope")).click()
    story = ann.get_by_role("complementary", name="Details")
    expect(story.get_by_role("listitem")).to_contain_text("🎉")


def test_what_one_is_about_to_press_stays_in_focus_while_others_open(flat: Pair) -> None:
    send(flat)
    page = flat.windows.open(flat.bea, flat.path)
    dialog = open_it(page)
    dialog.get_by_role("button", name="Thank with ❤️").focus()

    flat.ann.call(
        "envelope.claim", envelope=flat.ann.call("envelope.history")["envelopes"][0]["id"]
    )

    expect(dialog).to_contain_text("2 of 2 opened")
    expect(dialog.get_by_role("button", name="Thank with ❤️")).to_be_focused()


def test_the_luckiest_wears_the_crown_once_it_is_emptied(flat: Pair) -> None:
    sent = send(flat, amount=20_001, kind="random")
    page = flat.windows.open(flat.bea, flat.path)
    dialog = open_it(page)
    expect(dialog.locator(".crowned")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Thank with 🙏")).to_be_visible()

    luckiest = flat.ann.call("envelope.claim", envelope=sent)["envelope"]["luckiest"]

    crowned = dialog.get_by_role("listitem").filter(has=page.locator(".crowned"))
    expect(crowned).to_have_count(1)
    expect(crowned).to_contain_text("You" if luckiest == flat.bea.id else "Ann Lee")
    expect(crowned).to_contain_text("Luckiest")


def test_the_year_and_all_envelopes_of_it(flat: Pair) -> None:
    year = day_of(datetime.now(UTC)).year
    sent = send(flat, amount=300, greeting="Happy moving")
    flat.bea.call("envelope.claim", envelope=sent)
    flat.bea.call("envelope.thank", envelope=sent, words="Thanks a lot")
    back = flat.bea.call(
        "envelope.send", room=flat.room, amount=70, count=1, kind="random", greeting="For you"
    )["envelope"]["id"]  # fmt: skip
    flat.ann.call("envelope.claim", envelope=back)
    page = flat.windows.open(flat.ann, "/wallet")
    page.get_by_role("link", name="Red envelopes").click()

    panel = page.get_by_role("region", name=f"{year} in red envelopes")
    expect(panel).to_contain_text("Got, 1 share¥0.70")
    expect(panel).to_contain_text("Sent, 1 envelope¥3.00")
    expect(panel).to_contain_text("Luckiest 1 time")
    expect(panel).to_contain_text("Best share: ¥0.70 from Bea Moreau")
    expect(panel).to_contain_text("Most came from Bea Moreau: ¥0.70 in one share")
    expect(panel).to_contain_text("1 thank-you for what you sent")
    expect(panel.get_by_role("listitem").filter(has_text="got ¥0.70, sent ¥3.00")).to_have_count(1)
    rows = page.locator(".gift")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("+¥0.70")
    page.get_by_role("radio", name="Sent").check()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("−¥3.00")
    rows.get_by_role("link").click()
    expect(page.get_by_role("complementary", name="Details")).to_contain_text("Thanks a lot")


def test_another_year_is_one_key_away_and_has_an_address(flat: Pair) -> None:
    year = day_of(datetime.now(UTC)).year
    send(flat)
    page = flat.windows.open(flat.ann, "/wallet/envelopes")
    expect(page.get_by_role("region", name=f"{year} in red envelopes")).to_contain_text("¥8.88")
    expect(page.get_by_role("button", name="The year after")).to_be_disabled()
    page.get_by_role("button", name="The year before").focus()
    page.keyboard.press("Enter")

    panel = page.get_by_role("region", name=f"{year - 1} in red envelopes")
    expect(panel).to_contain_text("No red envelopes in this year.")
    expect(page.get_by_role("button", name="The year before")).to_be_focused()
    assert page.url.endswith(f"/wallet/envelopes/{year - 1}")
    page.reload()
    expect(panel).to_be_visible()
    expect(page.get_by_role("button", name="The year after")).to_be_enabled()


def test_a_room_shows_its_luck_when_asked(flat: Pair) -> None:
    sent = send(flat, amount=500, count=1, kind="random")
    flat.bea.call("envelope.claim", envelope=sent)
    page = flat.windows.open(flat.ann, f"{flat.path}/info")
    page.locator("kith-room-luck summary").focus()
    page.keyboard.press("Enter")

    luck = page.locator("kith-room-luck").get_by_role("listitem")
    expect(luck).to_have_count(2)
    expect(luck.first).to_contain_text("Bea Moreau")
    expect(luck.first).to_contain_text("got ¥5.00 · sent ¥0.00")
    expect(luck.first).to_contain_text("Luckiest once")
    expect(luck.last).to_contain_text("got ¥0.00 · sent ¥5.00")
