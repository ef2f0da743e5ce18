"""Losing the connection and coming back, a second tab, reload and the way back."""

import uuid

import pytest
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
