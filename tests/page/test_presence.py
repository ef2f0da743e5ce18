"""Who is there, who has read what, and what the browser shows while nobody looks."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.acts import bubble, composer, say
from tests.page.conftest import Pair, Windows
from tests.service import Service, Someone

pytestmark = pytest.mark.browser

# Coming shows within a second, going only after ten.
SLOW_MS = 20_000
# Notes what the browser would show, which no test can see otherwise.
NOTICES = """
  window.shown = [];
  window.Notification = class {
    static permission = "default";
    static requestPermission() {
      Notification.permission = window.answer ?? "granted";
      return Promise.resolve(Notification.permission);
    }
    constructor(title, { body, tag }) {
      window.shown.push({ title, body, tag });
      window.last = this;
    }
    close() {}
  };
"""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  const visibility = hidden ? "hidden" : "visible";
  Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

UNTIL = """async (least) => {
  while (window.shown.length < least) await new Promise((next) => setTimeout(next, 50));
  return window.shown;
}"""

# One of two tabs speaks, and both are looked at.
BOTH_LOOKED_AT = """async () => {
  while ((await navigator.locks.query()).held.length < 3) {
    await new Promise((next) => setTimeout(next, 50));
  }
}"""


def under_name(page: Page) -> Locator:
    """Return what stands under the name in a conversation's head."""
    return page.locator(".head-room kith-presence")


@pytest.fixture
def direct(windows: Windows, service: Service) -> Pair:
    """Return Ann and Bea with their direct room."""
    ann, bea = service.sign_up("Ann Lee"), service.sign_up("Bea Moreau")
    ann.befriend(bea)
    made = ann.call("room.create", kind="direct", members=[bea.id])
    return Pair(ann, bea, made["room"]["room"], windows)


def test_the_head_says_online_typing_and_when_last_seen(direct: Pair) -> None:
    ann, bea = direct.open()

    expect(under_name(ann)).to_have_text("online")
    expect(ann.locator(".rooms .face[data-presence=online]")).to_be_visible()
    composer(bea).press_sequentially("Wait")
    expect(under_name(ann)).to_have_text("typing…")
    bea.keyboard.press("Enter")
    expect(under_name(ann)).to_have_text("online")
    bea.evaluate(HIDE, True)
    expect(under_name(ann)).to_have_text("away", timeout=SLOW_MS)
    expect(ann.locator(".rooms .face[data-presence=away]")).to_be_visible()
    bea.context.close()
    expect(under_name(ann)).to_have_text("last seen just now", timeout=SLOW_MS)
    expect(ann.locator(".rooms .face")).to_have_attribute("data-presence", "offline")


def test_who_hides_is_not_shown_and_sees_nobody(direct: Pair) -> None:
    ann, bea = direct.open()
    expect(under_name(ann)).to_have_text("online")
    bea.get_by_role("link", name="Settings").click()
    bea.get_by_role("link", name="Privacy").click()
    bea.get_by_role("switch", name="Hide when I am online").check()

    expect(under_name(ann)).to_have_text(f"@{direct.bea.username}")
    assert direct.bea.call("me.get")["settings"] == {"hide_presence": True}
    bea.get_by_role("link", name="Friends").click()
    row = bea.get_by_role("link", name="Ann Lee")
    expect(row).to_contain_text(f"@{direct.ann.username}")
    expect(row).not_to_contain_text("online")
    bea.get_by_role("link", name="Settings").click()
    bea.get_by_role("link", name="Privacy").click()
    bea.get_by_role("switch", name="Hide when I am online").uncheck()
    expect(under_name(ann)).to_have_text("online")
    assert direct.bea.call("me.get")["settings"] == {}


def test_friends_say_whether_they_are_there(direct: Pair) -> None:
    direct.windows.open(direct.bea)
    page = direct.windows.open(direct.ann, "/friends", locale="zh-CN")

    row = page.get_by_role("link", name="Bea Moreau")
    expect(row).to_contain_text(f"@{direct.bea.username} · 在线")
    expect(row.locator(".face[data-presence=online]")).to_be_visible()


def test_read_marks_are_switched_off_for_a_room(direct: Pair) -> None:
    ann, bea = direct.open(width=1440)
    say(ann, "Did you see it?")
    mark = bubble(ann, "Did you see it?").get_by_role("img")
    expect(mark).to_have_accessible_name("Read")
    ann.reload()
    expect(mark).to_have_accessible_name("Read")
    bea.get_by_role("button", name="Switch read marks off").click()
    expect(bea.get_by_role("button", name="Switch read marks on")).to_be_visible()
    say(ann, "And this?")
    expect(bubble(bea, "And this?")).to_be_visible()
    say(bea, "Yes")
    expect(bubble(ann, "Yes")).to_be_visible()

    expect(bubble(ann, "And this?").get_by_role("img")).to_have_accessible_name("Sent")
    expect(bubble(bea, "Yes").get_by_role("img")).to_have_accessible_name("Sent")
    bea.get_by_role("button", name="Switch read marks on").click()
    expect(bubble(bea, "Yes").get_by_role("img")).to_have_accessible_name("Read")


def test_two_pages_of_one_person_agree_on_what_is_unread(flat: Pair) -> None:
    desk, phone = flat.windows.open(flat.bea), flat.windows.open(flat.bea)
    flat.ann.say(flat.room, "one")
    flat.ann.say(flat.room, "two")
    for page in (desk, phone):
        expect(page).to_have_title("(2) Kith")
    desk.get_by_role("link", name="Flat").click()
    expect(bubble(desk, "two")).to_be_visible()

    expect(phone).to_have_title("Kith")
    expect(phone.get_by_role("link", name="Flat").locator(".badge")).to_have_count(0)


def open_noting(flat: Pair, someone: Someone, **options: Any) -> Page:
    """Open a page that notes what the browser would show, and switch notices on."""
    page = flat.windows.open(someone, "/settings/alerts", **options)
    page.context.add_init_script(NOTICES)
    page.reload()
    return page


def switch_on(page: Page) -> None:
    page.get_by_role("switch", name="Notifications").check()
    page.get_by_role("link", name="Chats").click()


def shown(page: Page, least: int = 0) -> Any:
    """Return what the browser would have shown, once it is that much."""
    return page.evaluate(UNTIL, least)


def test_notices_are_shown_while_nobody_looks(flat: Pair) -> None:
    page = open_noting(flat, flat.bea)
    switch_on(page)
    flat.ann.say(flat.room, "seen")
    expect(page).to_have_title("(1) Kith")
    page.evaluate(HIDE, True)
    flat.ann.say(flat.room, "hello")
    expect(page).to_have_title("(2) Kith")

    one = {"title": "Flat", "body": "Ann Lee: hello", "tag": flat.room}
    assert shown(page, 1) == [one]
    icon = page.locator('link[rel="icon"]')
    expect(icon).to_have_attribute("href", re.compile("icon-unread.svg$"))
    page.evaluate("window.last.onclick()")
    expect(bubble(page, "hello")).to_be_visible()
    page.evaluate(HIDE, False)
    expect(icon).to_have_attribute("href", re.compile("icon.svg$"))


def test_a_muted_room_tells_only_of_mentions(flat: Pair) -> None:
    flat.bea.call("room.mute", room=flat.room, on=True)
    page = open_noting(flat, flat.bea)
    switch_on(page)
    page.evaluate(HIDE, True)
    flat.ann.say(flat.room, "nothing much")
    flat.ann.say(flat.room, f"@{flat.bea.username} come")

    body = f"Ann Lee: @{flat.bea.username} come"
    assert shown(page, 1) == [{"title": "Flat", "body": body, "tag": flat.room}]
    assert page.title() == "Kith"


def test_of_several_tabs_one_speaks_and_none_while_one_is_looked_at(flat: Pair) -> None:
    page = open_noting(flat, flat.bea)
    switch_on(page)
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        tab.evaluate("Notification.permission = 'granted'")
        tab.evaluate(BOTH_LOOKED_AT)
    page.evaluate(HIDE, True)
    flat.ann.say(flat.room, "one is looked at")
    for tab in (page, other):
        expect(tab).to_have_title("(1) Kith")
    other.evaluate(HIDE, True)
    flat.ann.say(flat.room, "none is")
    for tab in (page, other):
        expect(tab).to_have_title("(2) Kith")

    assert [one["body"] for one in shown(page, 1) + shown(other)] == ["Ann Lee: none is"]


def test_a_browser_that_refuses_says_so_and_is_asked_only_then(flat: Pair) -> None:
    page = open_noting(flat, flat.bea)
    assert page.evaluate("Notification.permission") == "default"
    page.evaluate("window.answer = 'denied'")
    # It goes off again by itself.
    page.get_by_role("switch", name="Notifications").click()

    expect(page.get_by_role("alert")).to_contain_text("Your browser does not allow it.")
    expect(page.get_by_role("switch", name="Notifications")).not_to_be_checked()
    page.evaluate(HIDE, True)
    flat.ann.say(flat.room, "hello")
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    assert shown(page) == []
