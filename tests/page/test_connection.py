"""Losing the connection and coming back, a second tab, reload and the way back."""

import uuid

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.page.acts import bubble, composer, say
from tests.page.conftest import Pair, Windows
from tests.service import PASSWORD, Service

pytestmark = pytest.mark.browser


def texts(page: Page) -> list[str]:
    """Return the first word of each message that is shown, in their order."""
    return [text.split()[0] for text in page.locator("article .text").all_inner_texts()]


def test_what_is_typed_offline_waits_and_goes_out_once_in_order(flat: Pair) -> None:
    flat.windows.forgives_losses = True
    ann, bea = flat.open()
    ann.context.set_offline(True)
    for word in ("one", "two", "three"):
        say(ann, word)
    expect(ann.get_by_role("img", name="Sending")).to_have_count(3)
    expect(ann.locator(".connection")).to_have_text("Reconnecting…")
    ann.context.set_offline(False)

    expect(bubble(bea, "three")).to_be_visible()
    expect(ann.locator(".connection")).to_have_count(0)
    expect(ann.get_by_role("img", name="Sending")).to_have_count(0)
    assert texts(bea) == texts(ann) == ["one", "two", "three"]


def test_a_reload_keeps_what_was_not_sent(flat: Pair) -> None:
    flat.windows.forgives_losses = True
    ann, bea = flat.open()
    ann.context.set_offline(True)
    say(ann, "before the tunnel")
    expect(ann.get_by_role("img", name="Sending")).to_be_visible()
    ann.context.set_offline(False)
    ann.reload()

    expect(bubble(bea, "before the tunnel")).to_be_visible()
    expect(bubble(ann, "before the tunnel")).to_have_count(1)


def test_after_a_crash_of_the_service_what_was_missed_slides_in(
    flat: Pair, service: Service
) -> None:
    flat.windows.forgives_losses = True
    ann, bea = flat.open()
    say(ann, "first")
    expect(bubble(bea, "first")).to_be_visible()
    ann.context.set_offline(True)
    say(bea, "second")
    expect(bea.get_by_role("img", name="Sending")).to_have_count(0)
    service.kill_web()
    expect(bea.locator(".connection")).to_have_text("Reconnecting…")
    say(bea, "third")
    service.start_web()
    ann.context.set_offline(False)

    expect(bubble(ann, "third")).to_be_visible()
    assert texts(ann) == texts(bea) == ["first", "second", "third"]


def enter(page: Page, name: str) -> None:
    """Go to a room from the list beside, and wait until its messages are there."""
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


# Keeps the frames that each new connection is given.
COUNT_FRAMES = """() => {
  const { WebSocket } = window;
  window.sent = [];
  window.WebSocket = class extends WebSocket {
    send(text) { window.sent.push(JSON.parse(text)); super.send(text); }
  };
}"""


def test_after_a_break_one_frame_brings_what_was_missed_in_all_rooms(flat: Pair) -> None:
    flat.windows.forgives_losses = True
    rooms = [flat.room, *(flat.ann.make_group(name, flat.bea) for name in ("Trip", "Band"))]
    page = flat.windows.open(flat.ann, width=820)
    page.evaluate(COUNT_FRAMES)
    for name in ("Flat", "Trip", "Band"):
        enter(page, name)
    # The first line is from before the counting, so it is left for one that counts.
    for missed in ("first", "second"):
        page.context.set_offline(True)
        expect(page.locator(".connection")).to_have_text("Reconnecting…")
        for room in rooms:
            for number in (1, 2, 3):
                flat.bea.say(room, f"{missed}-{number}")
        page.evaluate("window.sent.length = 0")
        page.context.set_offline(False)
        expect(bubble(page, f"{missed}-3")).to_be_visible()

    expected = [f"{missed}-{number}" for missed in ("first", "second") for number in (1, 2, 3)]
    for name in ("Flat", "Trip", "Band"):
        enter(page, name)
        assert texts(page) == expected
    sent = page.evaluate("window.sent")
    (resume,) = [frame for frame in sent if frame["type"] == "session.resume"]
    assert sent[0] == resume
    assert set(resume["cursors"]) == set(rooms)
    assert [frame for frame in sent if frame["type"] == "room.sync"] == []


def test_a_room_that_missed_very_much_goes_on_with_syncs(flat: Pair) -> None:
    flat.windows.forgives_losses = True
    other = flat.ann.make_group("Trip", flat.bea)
    page = flat.windows.open(flat.ann, width=820)
    page.evaluate(COUNT_FRAMES)
    for name in ("Trip", "Flat"):
        enter(page, name)
    page.context.set_offline(True)
    expect(page.locator(".connection")).to_have_text("Reconnecting…")
    words = [f"word-{number}" for number in range(settings.RESUME_EVENTS + 3)]
    for word in words:
        flat.bea.say(flat.room, word)
    flat.bea.say(other, "aside")
    page.context.set_offline(False)

    expect(bubble(page, words[-1])).to_be_visible()
    syncs = page.evaluate("window.sent.filter((frame) => frame.type === 'room.sync')")
    # Two members came before the first word.
    assert [(one["room"], one["after"]) for one in syncs] == [
        (flat.room, settings.RESUME_EVENTS + 2)
    ]
    shown = texts(page)
    assert shown == words[-len(shown) :]


def test_a_second_tab_shows_the_same(flat: Pair) -> None:
    ann, bea = flat.open()
    other = ann.context.new_page()
    other.goto(ann.url)
    expect(composer(other)).to_be_visible()
    say(ann, "from the first tab")
    say(other, "from the second tab")

    for page in (ann, other, bea):
        expect(bubble(page, "from the second tab")).to_have_count(1)
        assert [text.split()[2] for text in page.locator("article .text").all_inner_texts()] == [
            "first", "second",
        ]  # fmt: skip


def test_reload_and_back_work(flat: Pair) -> None:
    page = flat.windows.open(flat.ann, "/", width=390, height=844)
    page.get_by_role("link", name="Flat").click()
    expect(page.get_by_role("heading", name="Flat")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Flat")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("heading", name="Chats")).to_be_visible()
    page.get_by_role("link", name="Wallet").click()
    page.get_by_role("link", name="Entries").click()
    expect(page.get_by_role("heading", name="Entries")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Wallet")).to_be_visible()
    page.go_back()

    expect(page.get_by_role("heading", name="Chats")).to_be_visible()


def test_signing_up_reload_and_another_language(windows: Windows) -> None:
    page = windows.open(path="/signup", locale="zh-CN")
    page.get_by_label("名字", exact=True).fill("陈美")
    page.get_by_label("用户名").fill(f"mei-{uuid.uuid4().hex[:8]}")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="注册账号").click()
    expect(page.get_by_role("link", name="设置")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="设置").click()
    page.get_by_role("link", name="语言").click()
    page.get_by_role("combobox").select_option(label="English")

    expect(page.get_by_role("link", name="Settings")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Settings")).to_be_visible()
