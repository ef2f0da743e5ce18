"""Finding friends on the page: code and link, contacts, suggestions with reasons, privacy."""

import re
import uuid
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.acts import expect_no_sideways_scroll, press
from tests.page.conftest import Pair, Windows
from tests.page.test_care import list_findings
from tests.service import PASSWORD, Service, Someone

pytestmark = pytest.mark.browser


def add_friends(page: Page, what: str) -> Any:
    """Open one of the ways to find people, and return its dialog."""
    page.get_by_role("button", name="Add friends").click()
    page.get_by_role("menuitem", name=what).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def link_of(page: Page) -> str:
    """Return the path of the link that the dialog shows."""
    address = page.get_by_label("Your link", exact=True)
    expect(address).to_be_visible()
    return "/f/" + address.input_value().rpartition("/")[2]


def status_of(one: Someone, other: Someone) -> list[str]:
    friends = one.call("friend.list")["friends"]
    return [friend["status"] for friend in friends if friend["person"] == other.id]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_ones_code_is_shown_and_followed(
    windows: Windows, service: Service, width: int, scheme: str
) -> None:
    ann, bea = service.sign_up("Ann Lee"), service.sign_up("Bea Moreau")
    page = windows.open(ann, "/friends", width=width, color_scheme=scheme)
    dialog = add_friends(page, "My QR code and link")
    path = link_of(page)
    code = dialog.get_by_role("img", name="Your link as a QR code")
    expect(code).to_be_visible()
    assert code.evaluate("it => it.decode().then(() => it.naturalWidth > 100)")
    expect(dialog).to_contain_text("10 more people")
    assert list_findings(page) == []
    expect_no_sideways_scroll(page)

    guest = windows.open(bea, path, width=width, color_scheme=scheme)
    expect(guest.get_by_role("heading", name="Ann Lee")).to_be_visible()
    expect(guest.locator("main")).to_contain_text("Ann Lee gives you this link")
    assert list_findings(guest) == []
    expect_no_sideways_scroll(guest)
    # Looking alone makes no friends.
    assert status_of(bea, ann) == []
    guest.get_by_role("button", name="Become friends").click()

    expect(guest.get_by_role("button", name="Message", exact=True)).to_be_visible()
    assert guest.url.endswith(f"/friends/{ann.id}")
    assert status_of(ann, bea) == ["friends"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Bea Moreau")).to_be_visible()


def test_a_stranger_signs_up_at_a_link_and_goes_on_there(
    windows: Windows, service: Service
) -> None:
    ann = service.sign_up("Ann Lee")
    token = ann.call("friend.link")["link"]["token"]
    guest = windows.open(path=f"/f/{token}", width=390)
    expect(guest.get_by_role("heading", name="Ann Lee")).to_be_visible()
    assert list_findings(guest) == []
    guest.get_by_role("link", name="Log in to become friends").click()
    guest.get_by_role("link", name="Create an account").click()
    guest.get_by_label("Your name").fill("Cem Kaya")
    guest.get_by_label("Username").fill(f"cem-{uuid.uuid4().hex[:8]}")
    guest.get_by_label("Password").fill(PASSWORD)
    guest.get_by_role("button", name="Create an account").click()

    guest.get_by_role("button", name="Become friends").click()
    expect(guest.get_by_role("button", name="Message", exact=True)).to_be_visible()
    assert [one["name"] for one in ann.call("friend.list")["friends"]] == ["Cem Kaya"]


def test_a_renewed_link_makes_the_old_one_lead_nowhere(windows: Windows, service: Service) -> None:
    ann, bea = service.sign_up("Ann Lee"), service.sign_up("Bea Moreau")
    page = windows.open(ann, "/friends")
    dialog = add_friends(page, "My QR code and link")
    old = link_of(page)
    dialog.get_by_role("button", name="New link").click()
    page.get_by_role("dialog").last.get_by_role("button", name="New link").click()
    expect(dialog.get_by_label("Your link", exact=True)).not_to_have_value(
        re.compile(re.escape(old))
    )
    assert link_of(page) != old

    late = windows.open(bea, old)
    expect(late.get_by_role("heading", name="This link leads nowhere")).to_be_visible()
    expect(late.locator("main")).to_contain_text("Ask for a new one.")
    late.goto(service.url + link_of(page))
    expect(late.get_by_role("button", name="Become friends")).to_be_visible()
    own = windows.open(ann, link_of(page))
    expect(own.get_by_role("status").filter(has_text="your own link")).to_be_visible()
    dialog.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("Your link leads nowhere now.")).to_be_visible()
    outside = windows.open(path=link_path(late))
    expect(outside.get_by_role("alert")).to_contain_text("Ask for a new one.")
    # A browser notes a refused request by itself.
    assert [one for one in windows.complaints if "404" in one] == windows.complaints
    windows.complaints.clear()


def link_path(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3]


def test_suggestions_say_why_and_can_be_waved_away(flat: Pair, service: Service) -> None:
    """
    Ann -- Bea -- Cem,  Ann -- Dea -- Cem, and a group of Bea's with Ann and Cem
    """
    cem, dea = service.sign_up("Cem Kaya"), service.sign_up("Dea Moll")
    flat.bea.befriend(cem)
    dea.befriend(cem, flat.ann)
    flat.bea.make_group("Club", flat.ann, cem)
    page = flat.windows.open(flat.ann, "/friends", width=390)
    suggestion = page.get_by_role("region", name="People you may know").locator(".person-row")
    # The graph hears of friendships a moment later.
    for _ in range(50):
        if "Knows" in suggestion.first.inner_text(timeout=10_000):
            break
        page.wait_for_timeout(200)
        page.reload()
    expect(suggestion).to_have_count(1)
    expect(suggestion).to_contain_text("Cem Kaya")
    expect(suggestion).to_contain_text("Bea Moreau")
    expect(suggestion).to_contain_text("In a group with you")
    assert list_findings(page) == []
    expect_no_sideways_scroll(page)

    page.get_by_role("button", name="Do not suggest Cem Kaya").click()

    expect(suggestion).to_have_count(0)
    page.reload()
    expect(page.get_by_role("link", name="Bea Moreau")).to_be_visible()
    expect(suggestion).to_have_count(0)
    assert flat.ann.call("friend.suggest")["suggestions"] == []


def test_what_one_has_in_common_stands_beside_a_person(flat: Pair, service: Service) -> None:
    cem, dea = service.sign_up("Cem Kaya"), service.sign_up("Dea Moll")
    flat.bea.befriend(cem, dea)
    flat.ann.befriend(cem)
    page = flat.windows.open(flat.ann, f"/friends/{flat.bea.id}", width=390)
    common = page.get_by_role("region", name="In common")
    expect(common).to_contain_text("1 group in common")
    expect(common.get_by_role("link", name="Flat")).to_be_visible()
    expect(common).to_contain_text("1 friend in common")
    expect(common.get_by_role("link", name="Cem Kaya")).to_be_visible()
    assert list_findings(page) == []
    expect_no_sideways_scroll(page)
    common.get_by_role("button", name="See all friends").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="Dea Moll")).to_be_visible()
    page.keyboard.press("Escape")

    flat.bea.call("privacy.set", friends_seen_by="nobody")
    page.reload()
    expect(common).to_contain_text("1 group in common")
    expect(common.get_by_role("link", name="Cem Kaya")).to_have_count(0)
    common.get_by_role("button", name="See all friends").click()
    expect(dialog).to_contain_text("Bea Moreau does not show their friends.")


def find_contacts(page: Page, numbers: str) -> Any:
    dialog = add_friends(page, "Find contacts")
    dialog.get_by_label("Phone numbers").fill(numbers)
    return dialog


def test_contacts_are_hashed_in_the_browser_and_found(windows: Windows, service: Service) -> None:
    ann, bea = service.sign_up("Ann Lee"), service.sign_up("Bea Moreau")
    number = f"1{uuid.uuid4().int % 10**10:010d}"
    bea.call("account.confirm_name", name="Bea Moreau", phone=f"+86{number}")
    bea.call("privacy.set", found_by_phone="everybody")
    page = windows.open(ann, "/friends", width=390)
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda one: sent.append(str(one))))
    page.reload()
    expect(page.get_by_role("button", name="My QR code and link")).to_be_visible()
    dialog = find_contacts(page, f"Bea: {number}\n+44 20 7946 0000\nno number here")
    expect(dialog).to_contain_text("2 numbers")
    assert list_findings(page) == []
    expect_no_sideways_scroll(page)
    dialog.get_by_role("button", name="Find people").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("Please agree to this first.")
    dialog.get_by_label("Country of numbers without one").fill("")
    dialog.get_by_role("button", name="Find people").click()
    expect(dialog).to_contain_text("Some numbers name no country")
    dialog.get_by_label("Country of numbers without one").fill("+86")
    assert ann.call("contacts.get")["kept"] == 0
    dialog.get_by_label("I agree that Kith keeps these numbers").check()
    dialog.get_by_role("button", name="Find people").click()

    expect(dialog).to_contain_text("2 numbers are kept until")
    expect(dialog).to_contain_text("1 person you know is here")
    frames = " ".join(frame for frame in sent if "contacts.import" in frame)
    assert sha256(f"+86{number}".encode()).hexdigest() in frames
    assert number not in frames
    assert "Bea" not in frames
    page.keyboard.press("Escape")
    suggestion = page.locator(".person-row", has_text="Bea Moreau")
    expect(suggestion).to_contain_text("In your contacts")

    dialog = add_friends(page, "Find contacts")
    dialog.get_by_role("button", name="Delete my contacts").click()
    page.get_by_role("dialog").last.get_by_role("button", name="Delete my contacts").click()
    expect(page.get_by_text("Your contacts are deleted.")).to_be_visible()
    assert ann.call("contacts.get")["kept"] == 0
    page.keyboard.press("Escape")
    expect(suggestion).to_have_count(0)


# The folder of the page's files has a version in its name, which what was loaded tells.
READ = """
async ([text, country]) => {
  const { name } = performance.getEntriesByType("resource")
    .find(({ name }) => name.endsWith("/core/dom.js"));
  return (await import(name.replace("dom.js", "phones.js"))).listNumbers(text, country);
}
"""


def test_what_stands_beside_a_number_is_not_read_into_it(
    windows: Windows, service: Service
) -> None:
    page = windows.open(service.sign_up("Ann Lee"), "/friends")
    expect(page.get_by_role("button", name="Add friends")).to_be_visible()

    for text, country, numbers in (
        ("13800000000 13900000000", "86", ["+8613800000000", "+8613900000000"]),
        ("138-0000-0000 139-0000-0000", "86", ["+8613800000000", "+8613900000000"]),
        ("+86 138 0000 0000 13900000000", "86", ["+8613800000000", "+8613900000000"]),
        ("Ann,1990-01-31,13800000000,01.02.1999", "86", ["+8613800000000"]),
        ("42 13800000000", "86", ["+8613800000000"]),
        ("0044 (0)20 7946 0000", "86", ["+442079460000"]),
        ("+49 30 1234567890", "86", ["+49301234567890"]),
        ("010 6552 9988", "86", ["+861065529988"]),
        ("13800000000\n+44 20 7946 0000", "", ["+442079460000"]),
    ):
        assert page.evaluate(READ, [text, country]) == numbers, text


def test_a_vcard_gives_its_numbers_alone(windows: Windows, service: Service) -> None:
    ann = service.sign_up("Ann Lee")
    page = windows.open(ann, "/friends")
    dialog = add_friends(page, "Find contacts")
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Li Wei 1234567\r\nBDAY:1990-01-01\r\n"
        "TEL;TYPE=CELL:+86 138-0000-0000\r\nitem1.TEL:010 6552 9988\r\nEND:VCARD\r\n"
    )
    dialog.get_by_label("File with contacts").set_input_files(
        {"name": "me.vcf", "mimeType": "text/vcard", "buffer": card.encode()}
    )

    expect(dialog.get_by_label("Phone numbers")).to_have_value("+86 138-0000-0000\n010 6552 9988")
    expect(dialog).to_contain_text("2 numbers")


@pytest.mark.parametrize("width", [390, 1440])
def test_privacy_is_chosen_and_blocks_are_lifted(
    windows: Windows, service: Service, width: int
) -> None:
    ann, bea = service.sign_up("Ann Lee"), service.sign_up("Bea Moreau")
    ann.call("person.block", person=bea.id, on=True)
    page = windows.open(ann, "/settings/privacy", width=width)
    page.get_by_label("Who finds me by name").select_option("Friends of friends")
    expect(page.get_by_text("Saved")).to_be_visible()
    page.get_by_label("Who sees my friends").select_option("Nobody")
    expect(page.get_by_label("Who sees my friends")).to_be_enabled()
    page.get_by_label("Who finds me by my phone number").select_option("Everybody")
    expect(page.get_by_label("Who finds me by my phone number")).to_be_enabled()
    assert list_findings(page) == []
    expect_no_sideways_scroll(page)

    assert ann.call("privacy.get")["privacy"] == {
        "found_by": "friends_of_friends", "found_by_phone": "everybody",
        "friends_seen_by": "nobody",
    }  # fmt: skip
    page.reload()
    expect(page.get_by_label("Who sees my friends")).to_have_value("nobody")
    page.get_by_role("button", name="Unblock Bea Moreau").click()
    expect(page.get_by_role("button", name="Unblock Bea Moreau")).to_have_count(0)
    assert ann.call("person.blocked")["people"] == []


def test_family_is_said_confirmed_and_ended(flat: Pair) -> None:
    ann = flat.windows.open(flat.ann, f"/friends/{flat.bea.id}", width=390)
    bea = flat.windows.open(flat.bea, "/notices")
    ann.get_by_role("button", name="We are family").click()
    expect(ann.get_by_text("You said you are family;")).to_be_visible()

    bea.get_by_role("button", name="Ann Lee says you are family.").click()
    assert list_findings(bea) == []
    bea.get_by_role("button", name="Yes, we are family").click()
    expect(bea.locator("main .tag", has_text="Family")).to_be_visible()
    expect(ann.locator("main .tag", has_text="Family")).to_be_visible()

    bea.get_by_role("button", name="We are not family").click()
    press(bea, "We are not family")
    expect(bea.locator("main .tag", has_text="Family")).to_have_count(0)
    (friend,) = flat.ann.call("friend.list")["friends"]
    assert (friend["family"], friend["family_by"]) == (False, "")


def test_the_page_speaks_chinese_about_it(windows: Windows, service: Service) -> None:
    ann = service.sign_up("Ann Lee")
    page = windows.open(ann, "/friends", width=390, locale="zh-CN")
    page.get_by_role("button", name="添加好友").click()
    page.get_by_role("menuitem", name="我的二维码和链接").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("还可用 10 人")
    assert re.findall(r"\b(?:circle|mycode|contacts|page)\.\w+", dialog.inner_text()) == []
    expect_no_sideways_scroll(page)


def test_the_ways_to_find_people_are_reached_by_keyboard(
    windows: Windows, service: Service
) -> None:
    ann = service.sign_up("Ann Lee")
    page = windows.open(ann, "/friends")
    page.get_by_role("button", name="Add friends").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="My QR code and link")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Find contacts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Add friends")).to_be_focused()


def test_the_focus_stays_near_what_was_pressed(flat: Pair, service: Service) -> None:
    cem, dea = service.sign_up("Cem Kaya"), service.sign_up("Dea Moll")
    for asker in (cem, dea):
        asker.call("friend.ask", person=flat.ann.id)
    page = flat.windows.open(flat.ann, "/friends", width=390)
    row = page.locator(".person-row", has_text="Cem Kaya")
    row.get_by_role("button", name="Accept").focus()
    page.keyboard.press("Enter")
    expect(row.get_by_role("button", name="Accept")).to_have_count(0)
    expect(row.get_by_role("link", name="Cem Kaya")).to_be_focused()

    page.goto(f"{service.url}/friends/{dea.id}")
    page.get_by_role("button", name="Accept").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Message", exact=True)).to_be_focused()

    amount = page.get_by_label("Exact amount")
    amount.fill("12")
    dea.call("friend.mark_family", person=flat.ann.id)
    expect(page.get_by_role("button", name="Yes, we are family")).to_be_visible()
    expect(amount).to_be_focused()
    page.keyboard.type("3")
    expect(amount).to_have_value("123")
