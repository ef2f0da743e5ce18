"""Two people in two browsers: signing up, talking, and what messages can do."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.page.acts import bubble, say
from tests.page.conftest import Windows
from tests.service import PASSWORD, Service

pytestmark = pytest.mark.browser


def test_somebody_signs_up_and_logs_in_again(windows: Windows) -> None:
    username = f"nora-{uuid.uuid4().hex[:8]}"
    page = windows.open()
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name").fill("Nora Okafor")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()

    expect(page.get_by_role("heading", name="No conversations yet")).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="Nora Okafor")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("heading", name="No conversations yet")).to_be_visible()


def test_a_wrong_password_says_so_and_lets_nobody_in(windows: Windows, service: Service) -> None:
    ann = service.sign_up("Ann Lee")
    page = windows.open()
    page.get_by_label("Username").fill(ann.username)
    page.get_by_label("Password").fill("not-the-password")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("alert")).to_have_text("The username or the password is wrong.")
    # A browser notes every refused request by itself.
    assert [line for line in windows.complaints if "401" in line] == windows.complaints
    windows.complaints.clear()


def test_two_people_become_friends_and_talk(windows: Windows, service: Service) -> None:
    ann, bea = service.sign_up("Ann Lee"), service.sign_up("Bea Moreau")
    ann_page, bea_page = windows.open(ann, "/friends"), windows.open(bea)
    ann_page.get_by_role("searchbox", name="Find people").fill(bea.username)
    ann_page.get_by_role("button", name="Add friend", exact=True).click()
    bea_page.get_by_role("link", name="Friends, 1 new").click()
    bea_page.get_by_role("button", name="Accept").click()
    ann_page.get_by_role("link", name="Bea Moreau").click()
    ann_page.get_by_role("button", name="Message").click()
    say(ann_page, "Hello Bea")

    bea_page.get_by_role("link", name="Chats").click()
    bea_page.get_by_role("link", name="Ann Lee").click()
    expect(bubble(bea_page, "Hello Bea")).to_be_visible()
    say(bea_page, "Hello Ann")
    expect(bubble(ann_page, "Hello Ann")).to_be_visible()
    expect(bubble(ann_page, "Hello Bea").get_by_role("img", name="Read")).to_be_visible()


def test_typing_shows_and_ends_with_the_message(pair: tuple[Page, Page]) -> None:
    ann, bea = pair
    ann.get_by_role("textbox", name="Message", exact=True).press_sequentially("Wait")

    expect(bea.locator(".typing")).to_have_text("Ann Lee is typing…")
    ann.keyboard.press("Enter")
    expect(bubble(bea, "Wait")).to_be_visible()
    expect(bea.locator(".typing")).to_have_text("")


def test_a_reply_quotes_and_leads_back(pair: tuple[Page, Page]) -> None:
    ann, bea = pair
    say(ann, "Who brings the bread?")
    bubble(bea, "Who brings").hover()
    bea.get_by_role("button", name="Reply").click()
    say(bea, "I do")

    answer = bubble(ann, "I do")
    expect(answer.locator(".quote")).to_contain_text("Who brings the bread?")
    answer.locator(".quote").click()
    expect(ann.locator(".item.marked")).to_contain_text("Who brings the bread?")


def test_a_reaction_shows_to_both_and_goes_again(pair: tuple[Page, Page]) -> None:
    ann, bea = pair
    say(ann, "We won")
    bubble(bea, "We won").hover()
    bea.get_by_role("button", name="React").click()
    bea.get_by_role("menuitem", name="React with ❤️").click()

    chip = bubble(ann, "We won").get_by_role("button", name="❤️ from Bea Moreau")
    expect(chip).to_be_visible()
    bubble(bea, "We won").get_by_role("button", name="❤️ from You").click()
    expect(chip).to_have_count(0)


def test_arrow_up_edits_the_last_message(pair: tuple[Page, Page]) -> None:
    ann, bea = pair
    say(ann, "See you at six")
    expect(bubble(bea, "at six")).to_be_visible()
    ann.keyboard.press("ArrowUp")
    expect(ann.get_by_role("textbox", name="Message", exact=True)).to_have_value("See you at six")
    say(ann, "See you at seven")

    expect(bubble(bea, "at seven")).to_contain_text("edited")
    expect(bubble(bea, "at six")).to_have_count(0)


def test_a_recall_leaves_a_line_for_both(pair: tuple[Page, Page]) -> None:
    ann, bea = pair
    say(ann, "Oops")
    bubble(ann, "Oops").hover()
    # Exactly, because Bea Moreau's own button would do as well.
    ann.get_by_role("button", name="More", exact=True).click()
    ann.get_by_role("menuitem", name="Recall").click()

    expect(ann.get_by_text("You recalled a message")).to_be_visible()
    expect(bea.get_by_text("Ann Lee recalled a message")).to_be_visible()
    expect(bubble(bea, "Oops")).to_have_count(0)


def test_a_name_completes_after_an_at(pair: tuple[Page, Page]) -> None:
    ann, bea = pair
    ann.get_by_role("textbox", name="Message", exact=True).press_sequentially("Dear @be")
    expect(ann.get_by_role("option", name="Bea Moreau")).to_be_visible()
    ann.keyboard.press("Enter")
    ann.keyboard.type("come home")
    ann.keyboard.press("Enter")

    expect(bubble(bea, "come home")).to_contain_text(re.compile(r"Dear @bea-\w+ come home"))
    expect(bea.locator(".mention.me")).to_be_visible()


def test_shift_and_enter_break_a_line_and_drafts_stay(pair: tuple[Page, Page]) -> None:
    ann, _ = pair
    field = ann.get_by_role("textbox", name="Message", exact=True)
    field.press_sequentially("one")
    ann.keyboard.press("Shift+Enter")
    ann.keyboard.type("two")
    ann.get_by_role("link", name="Friends").click()
    ann.get_by_role("link", name="Chats").click()
    expect(ann.get_by_role("link", name="Flat")).to_contain_text("Draft: one")
    ann.get_by_role("link", name="Flat").click()

    expect(field).to_have_value("one\ntwo")


def test_unread_messages_are_counted_and_marked_by_a_line(
    windows: Windows, service: Service
) -> None:
    ann, bea = service.sign_up("Ann Lee"), service.sign_up("Bea Moreau")
    ann.befriend(bea)
    room = ann.make_group("Flat", bea)
    for number in range(3):
        ann.say(room, f"news {number}")
    page = windows.open(bea)

    row = page.get_by_role("link", name="Flat")
    expect(row.get_by_role("img", name="3 unread messages")).to_be_visible()
    assert page.title() == "(3) Kith"
    row.click()
    expect(page.locator(".unread-line")).to_have_text("Unread messages")
    expect(row.get_by_role("img", name="3 unread messages")).to_have_count(0)


def test_the_keyboard_reaches_rooms_and_messages(pair: tuple[Page, Page]) -> None:
    ann, bea = pair
    say(bea, "Look here")
    expect(bubble(ann, "Look here")).to_be_visible()
    ann.keyboard.press("Control+k")
    ann.keyboard.type("fla")
    ann.keyboard.press("Enter")
    ann.get_by_role("log", name="Messages").focus()
    ann.keyboard.press("ArrowUp")
    ann.keyboard.press("Enter")

    expect(ann.get_by_role("menuitem", name="Reply")).to_be_focused()
    ann.keyboard.press("Escape")
    expect(ann.get_by_role("menu")).to_have_count(0)
