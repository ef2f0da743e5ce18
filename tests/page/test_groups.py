"""Links into groups, letting people in, dissolving a group, devices, and reporting."""

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.page.acts import bubble, composer, expect_no_sideways_scroll, press, say
from tests.page.conftest import Pair, Windows
from tests.page.test_care import list_findings
from tests.service import PASSWORD, Service

pytestmark = pytest.mark.browser


def open_links(page: Page) -> None:
    """Open the links of the group beside which the details stand."""
    page.get_by_role("button", name="Invite by link").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Make a link")).to_be_visible()


def newest_link(page: Page) -> str:
    """Return the address of the newest link of the dialog, as a path."""
    address = page.get_by_role("dialog").get_by_label("The link", exact=True).first.input_value()
    return "/join/" + address.rpartition("/")[2]


def test_a_link_with_a_code_is_made_and_revoked(flat: Pair) -> None:
    ann = flat.windows.open(flat.ann, flat.path)
    open_links(ann)
    dialog = ann.get_by_role("dialog")
    expect(dialog).to_contain_text("also people who are not your friends")
    dialog.get_by_label("How many people").select_option("10")
    press(ann, "Make a link")

    expect(dialog.locator(".link")).to_contain_text("10 more people")
    assert newest_link(ann).startswith("/join/")
    code = dialog.get_by_role("img", name="The link as a QR code")
    expect(code).to_be_visible()
    assert code.evaluate("it => it.decode().then(() => it.naturalWidth > 100)")
    assert list_findings(ann) == []
    dialog.get_by_role("button", name="Revoke").click()
    ann.get_by_role("dialog").last.get_by_role("button", name="Revoke").click()
    expect(dialog.locator(".link")).to_have_count(0)
    assert flat.ann.call("invite.list", room=flat.room)["invites"] == []


def test_a_stranger_signs_up_at_a_link_and_is_let_in(flat: Pair) -> None:
    ann = flat.windows.open(flat.ann, flat.path)
    open_links(ann)
    ann.get_by_role("dialog").get_by_label("Somebody has to let them in").check()
    press(ann, "Make a link")
    expect(ann.locator(".link")).to_contain_text("with approval")
    path = newest_link(ann)
    ann.keyboard.press("Escape")

    guest = flat.windows.open(path=path, width=390)
    expect(guest.get_by_role("heading", name="Flat")).to_be_visible()
    expect(guest.locator("main")).to_contain_text("2 members")
    expect(guest.locator("main")).to_contain_text("Ann Lee invites you.")
    assert list_findings(guest) == []
    expect_no_sideways_scroll(guest)
    guest.get_by_role("link", name="Log in to join").click()
    guest.get_by_role("link", name="Create an account").click()
    guest.get_by_label("Your name").fill("Cem Kaya")
    guest.get_by_label("Username").fill(f"cem-{uuid.uuid4().hex[:8]}")
    guest.get_by_label("Password").fill(PASSWORD)
    guest.get_by_role("button", name="Create an account").click()
    guest.get_by_role("button", name="Ask to join").click()
    expect(guest.get_by_role("status")).to_contain_text("You have asked to join.")

    expect(ann.get_by_role("link", name="Cem Kaya")).to_be_in_viewport()
    ann.get_by_role("button", name="Let Cem Kaya in").click()
    expect(composer(guest)).to_be_visible()
    assert guest.url.endswith(flat.path)
    expect(ann.get_by_text("Cem Kaya joined by a link of you")).to_be_visible()
    expect(ann.get_by_role("button", name="Let Cem Kaya in")).to_have_count(0)
    say(guest, "Thanks for having me")
    expect(bubble(ann, "Thanks for having me")).to_be_visible()


def test_who_is_signed_in_joins_by_one_tap(flat: Pair, service: Service) -> None:
    cem = service.sign_up("Cem Kaya")
    token = flat.ann.call("invite.create", room=flat.room)["invite"]["token"]
    page = flat.windows.open(cem, f"/join/{token}")
    expect(page.get_by_role("heading", name="Flat")).to_be_visible()
    page.get_by_role("button", name="Join", exact=True).click()

    expect(composer(page)).to_be_visible()
    # Who is in comes straight to the group, and back does not lead to the link again.
    page.goto(service.url + f"/join/{token}")
    expect(composer(page)).to_be_visible()
    flat.ann.call("invite.revoke", invite=flat.ann.call("invite.list", room=flat.room)[
        "invites"][0]["id"])  # fmt: skip
    dea = service.sign_up("Dea Moll")
    late = flat.windows.open(dea, f"/join/{token}")
    expect(late.get_by_role("heading", name="This link leads nowhere")).to_be_visible()
    outside = flat.windows.open(path=f"/join/{token}")
    expect(outside.get_by_role("alert")).to_contain_text("Ask for a new one.")
    # A browser notes a refused request by itself.
    assert [one for one in flat.windows.complaints if "404" in one] == flat.windows.complaints
    flat.windows.complaints.clear()


def test_a_log_in_at_a_link_goes_on_there(flat: Pair, service: Service) -> None:
    cem = service.sign_up("Cem Kaya")
    token = flat.ann.call("invite.create", room=flat.room)["invite"]["token"]
    page = flat.windows.open(path=f"/join/{token}")
    page.get_by_role("link", name="Log in to join").click()
    page.get_by_label("Username").fill(cem.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("button", name="Join", exact=True)).to_be_visible()
    assert page.url.endswith(f"/join/{token}")


def test_an_owner_declines_who_asks(flat: Pair, service: Service) -> None:
    cem = service.sign_up("Cem Kaya")
    link = flat.ann.call("invite.create", room=flat.room, needs_approval=True)["invite"]
    cem.call("invite.use", token=link["token"])
    ann = flat.windows.open(flat.ann, "/notices")
    ann.get_by_role("button", name="Cem Kaya wants to join your group.").click()
    ann.get_by_role("button", name="Decline Cem Kaya").click()

    expect(ann.get_by_role("button", name="Decline Cem Kaya")).to_have_count(0)
    page = flat.windows.open(cem, f"/join/{link['token']}")
    expect(page.get_by_role("status")).to_contain_text("They did not let you in.")
    bea = flat.windows.open(flat.bea, flat.path)
    expect(bea.get_by_role("button", name="Add friends")).to_be_visible()
    expect(bea.get_by_role("button", name="Invite by link")).to_have_count(0)
    expect(bea.get_by_role("button", name="Dissolve the group")).to_have_count(0)


def test_an_owner_dissolves_the_group_for_everybody(flat: Pair) -> None:
    ann, bea = flat.open()
    ann.get_by_role("button", name="Dissolve the group").click()
    dialog = ann.get_by_role("dialog")
    expect(dialog).to_contain_text("Dissolve Flat for everybody?")
    expect(dialog).to_contain_text("No money is lost")
    press(ann, "Dissolve Flat")

    expect(ann.get_by_role("heading", name="No conversations yet")).to_be_visible()
    expect(bea.get_by_text("Flat was dissolved.")).to_be_visible()
    expect(bea.get_by_role("heading", name="You are not in this conversation")).to_be_visible()
    expect(bea.get_by_role("link", name="Flat")).to_have_count(0)


def test_another_device_is_signed_out_from_the_settings(flat: Pair) -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5) Version/18.5 Mobile Safari/604.1"
    phone = flat.windows.open(flat.ann, flat.path, user_agent=agent, width=390)
    expect(composer(phone)).to_be_visible()
    page = flat.windows.open(flat.ann, "/settings/devices")
    expect(page.locator(".devices .tag")).to_have_text("This device")
    page.get_by_role("button", name="Sign out Safari on iPhone").click()

    expect(phone.get_by_role("button", name="Log in")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out Safari on iPhone")).to_have_count(0)
    # The token that the tests act by.
    page.get_by_role("button", name="Sign out all others").click()
    press(page, "Sign out all others")
    expect(page.locator(".devices > li")).to_have_count(1)
    expect(page.get_by_role("button", name="Sign out all others")).to_have_count(0)


def test_a_message_and_a_person_are_reported(flat: Pair, windows: Windows) -> None:
    ann, bea = flat.open()
    say(bea, "Buy my coins")
    bubble(ann, "Buy my coins").hover()
    ann.get_by_role("button", name="More", exact=True).click()
    ann.get_by_role("menuitem", name="Report").click()
    dialog = ann.get_by_role("dialog")
    dialog.get_by_label("What is wrong?").select_option("fraud")
    dialog.get_by_label("What should we know?").fill("again and again")
    assert list_findings(ann) == []
    press(ann, "Report")
    expect(ann.get_by_text("Thank you. We look at it.")).to_be_visible()

    bubble(ann, "Buy my coins").hover()
    ann.get_by_role("button", name="More", exact=True).click()
    ann.get_by_role("menuitem", name="Report").click()
    ann.get_by_role("link", name="You can also block Bea Moreau").click()
    expect(ann.get_by_role("button", name="Block")).to_be_visible()
    ann.get_by_role("button", name="Report").click()
    expect(ann.get_by_role("dialog")).to_contain_text("Report this person")
    press(ann, "Report")
    expect(ann.get_by_text("Thank you. We look at it.").last).to_be_visible()
    # Nobody reports themselves.
    bubble(bea, "Buy my coins").hover()
    bea.get_by_role("button", name="More", exact=True).click()
    expect(bea.get_by_role("menuitem", name="Copy")).to_be_visible()
    expect(bea.get_by_role("menuitem", name="Report")).to_have_count(0)


def test_a_bill_of_a_dissolved_group_is_paid_from_the_wallet(flat: Pair) -> None:
    between = {"mode": "even", "members": [flat.ann.id, flat.bea.id]}
    flat.ann.call("split.create", room=flat.room, amount=4_000, note="Tickets", between=between)
    flat.ann.call("room.dissolve", room=flat.room)
    bea = flat.windows.open(flat.bea, "/wallet")
    bea.get_by_role("link", name="Open bills").click()
    bea.get_by_role("button", name="Pay ¥20.00").click()
    bea.get_by_role("dialog").get_by_role("button", name="Pay ¥20.00").click()

    expect(bea.get_by_role("heading", name="No open bills")).to_be_attached()
    assert flat.ann.balance() == 52_000
