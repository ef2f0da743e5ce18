"""What holds for every view: it fits, it is readable, it is small, and it loads nothing foreign."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page.acts import begin, envelope, expect_no_sideways_scroll
from tests.page.conftest import Pair, Windows
from tests.service import Service

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 820, 1440)
HEIGHT = 844
LOOKS = ((1440, "light"), (390, "dark"))
FORMS = (
    "Red envelope",
    "Split a bill",
    "Transfer",
    "Ask for a loan",
    "Ask for a payment",
    "Give vouchers",
)
OUTSIDE = ("/login", "/signup", "/forgot")
FIRST_SCREEN_BYTES = 100_000
LONG_NAME = "Maximiliana Wolfeschlegelsteinhausenbergerdorff Konstantina"


@dataclass(frozen=True)
class World:
    """A group with a card of each kind in it, and the addresses of all views of it."""

    flat: Pair
    paths: tuple[str, ...]


@pytest.fixture
def world(flat: Pair, service: Service) -> World:
    """Return a group in which everything is long, wide or of another script."""
    ann, bea, room = flat.ann, flat.bea, flat.room
    other = service.sign_up(LONG_NAME)
    other.befriend(ann, bea)
    ann.call("room.invite", room=room, people=[other.id])
    other.say(room, "x" * 4_000)
    question = bea.say(room, "مرحبا بالجميع، كيف حالكم اليوم؟")
    ann.call("message.send", room=room, text="😀🎉", reply_to=question["id"])
    bea.call("message.react", message=question["id"], emoji="❤️", on=True)
    ann.trust(bea, 30_000)
    bea.trust(other, 20_000)
    ann.call("envelope.send", room=room, amount=888, count=2, kind="random", greeting="祝" * 40)
    between = {"mode": "even", "members": [ann.id, bea.id, other.id]}
    bill = bea.call("split.create", room=room, amount=9_999, note="n" * 80, between=between)
    transfer = bea.call("transfer.send", to=ann.id, amount=1_250, note="change", room=room)
    loan = other.call("loan.ask", lender=ann.id, amount=5_000, days=30, room=room)
    ann.call("payment_request.create", to=bea.id, amount=800, note="n" * 80, room=room)
    paid = ann.call("transfer.send", to=bea.id, amount=300)["transfer"]
    bea.call("transfer.accept", transfer=paid["id"])
    receipt = ann.call("wallet.entries", limit=1)["entries"][0]["receipt"]
    disputed = ann.call("dispute.open", receipt=receipt, reason="r" * 300)
    soon = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    ann.call("voucher.issue", people=[bea.id, other.id], amount=500, note="n" * 80, expires_at=soon)
    bea.call("voucher.issue", people=[ann.id], amount=500, note="n" * 80, expires_at=soon)
    service.give_role(ann, "staff")
    party = other.make_group("Party " * 12)
    link = other.call("invite.create", room=party, needs_approval=True)["invite"]
    friend_link = service.sign_up(LONG_NAME).call("friend.link")["link"]
    asked = ann.call("invite.create", room=room, needs_approval=True)["invite"]
    service.sign_up(LONG_NAME).call("invite.use", token=asked["token"])
    return World(flat, (
        "/", f"/rooms/{room}", f"/rooms/{room}/info", f"/rooms/{room}/split/{bill['split']['id']}",
        f"/rooms/{room}/loan/{loan['loan']['id']}", "/friends", f"/friends/{bea.id}",
        f"/friends/{other.id}/limit/borrower", f"/friends/{bea.id}/limit/lender", "/wallet",
        "/wallet/entries", "/wallet/bills", "/wallet/envelopes", "/wallet/requests",
        "/wallet/loans/lender", "/wallet/limits/borrower", "/wallet/limits/lender",
        f"/wallet/loan/{loan['loan']['id']}",
        f"/wallet/transfer/{transfer['transfer']['id']}", "/notices", "/settings",
        "/settings/language", "/settings/password", "/settings/identity", "/settings/alerts",
        "/wallet/statement", "/settings/close", "/staff/disputes",
        f"/staff/disputes/{disputed['dispute']['id']}",
        "/settings/privacy", "/settings/devices", "/settings/pin", "/settings/points",
        f"/join/{link['token']}", f"/f/{friend_link['token']}",
    ))  # fmt: skip


def visit(page: Page, paths: tuple[str, ...]) -> Iterator[str]:
    """Go to each address and yield it once nothing of it is still loading."""
    for path in paths:
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
        expect(page.get_by_role("heading").first).to_be_visible()
        expect(page.get_by_role("status", name="Loading")).to_have_count(0)
        yield path


def list_findings(page: Page) -> list[str]:
    """Return what the accessibility engine calls serious or critical, with where it is."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.timeout(240)
def test_nothing_is_wider_than_the_window(world: World) -> None:
    page = world.flat.windows.open(world.flat.ann)
    for _ in visit(page, world.paths):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            expect_no_sideways_scroll(page)


def test_no_form_is_wider_than_the_window(flat: Pair) -> None:
    page = flat.windows.open(flat.ann, flat.path)
    for what in FORMS:
        form = begin(page, what)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            box = form.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert form.evaluate("it => it.scrollWidth - it.clientWidth") <= 0
        page.keyboard.press("Escape")


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_each_view_is_accessible(world: World, width: int, scheme: str) -> None:
    page = world.flat.windows.open(world.flat.ann, width=width, color_scheme=scheme)
    findings = [(path, one) for path in visit(page, world.paths) for one in list_findings(page)]

    assert findings == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_door_is_accessible(windows: Windows, width: int, scheme: str) -> None:
    page = windows.open(width=width, color_scheme=scheme)
    findings = [(path, one) for path in visit(page, OUTSIDE) for one in list_findings(page)]

    assert findings == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forms_and_menus_are_accessible(world: World, scheme: str) -> None:
    page = world.flat.windows.open(world.flat.ann, world.flat.path, color_scheme=scheme)
    findings = []
    for what in FORMS:
        begin(page, what)
        findings += list_findings(page)
        page.keyboard.press("Escape")
    envelope(page).click()
    expect(page.get_by_role("button", name="Open the envelope")).to_be_visible()
    findings += list_findings(page)
    page.get_by_role("button", name="Open the envelope").click()
    expect(envelope(page)).to_contain_text("1 of 2 opened")
    expect(page.locator(".won")).to_be_visible()
    page.keyboard.press("Escape")
    envelope(page).click()
    expect(page.locator(".won")).to_be_visible()
    findings += list_findings(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Emoji").click()
    expect(page.locator(".menu.emoji")).to_be_visible()
    findings += list_findings(page)

    assert findings == []


def count_bytes(page: Page) -> int:
    """Return what a reload of the page brings over the network, with nothing kept."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    # Without a cache at all, what is preloaded and then imported at the same moment comes twice.
    session.send("Network.clearBrowserCache")
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    page.reload(wait_until="networkidle")
    assert len(sizes) > 1
    return int(sum(sizes))


def test_the_first_screen_is_small(flat: Pair) -> None:
    outside = flat.windows.open()
    expect(outside.get_by_role("button", name="Log in")).to_be_visible()
    inside = flat.windows.open(flat.ann)
    expect(inside.get_by_role("link", name="Flat")).to_be_visible()

    assert count_bytes(outside) < FIRST_SCREEN_BYTES
    assert count_bytes(inside) < FIRST_SCREEN_BYTES


def test_the_page_may_load_only_from_its_own_host(windows: Windows, service: Service) -> None:
    page = windows.open()
    response = page.reload()
    assert response is not None
    policy = dict(
        part.split(" ", 1) for part in response.headers["content-security-policy"].split("; ")
    )

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in response.headers["content-security-policy"]
    assert page.evaluate(
        "() => [...document.querySelectorAll('script, link[href]')]"
        ".every((one) => new URL(one.src || one.href).origin === location.origin)"
    )
    assert page.locator("script:not([src])").count() == 0
    # A script that got in all the same is refused, which the console says.
    page.evaluate("document.body.append(Object.assign(document.createElement('script'),"
                  " { textContent: 'window.wasRun = true' }))")  # fmt: skip
    assert page.evaluate("window.wasRun") is None
    assert len(windows.complaints) == 1
    windows.complaints.clear()
