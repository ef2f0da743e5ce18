"""The risk team's page: questions, rows, pictures, cases; and nothing of it for others."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Frame, Page, expect
from uuid_utils.compat import uuid7

from tests.graph.projection.rows import run
from tests.page.acts import expect_no_sideways_scroll, press
from tests.page.conftest import Windows
from tests.page.test_care import list_findings
from tests.service import Service, Someone

pytestmark = pytest.mark.browser

MANY = 500
AT = 1_767_225_600_000  # 2026-01-01


@dataclass
class Hub:
    """A person in the graph whose account many others pay into, each with an account of theirs."""

    person: str
    account: str
    ids: list[str] = field(default_factory=list)


def make_hub(person: str, payers: int) -> Hub:
    """Make it in the graph alone."""
    hub = Hub(person, str(uuid7()), [str(uuid7()) for _ in range(payers)])
    run(
        """
        MERGE (owner:Person {id: $person}) ON CREATE SET owner.username = 'hub', owner.version = 0
        CREATE (owner)-[:OWNS {at: $at}]->
          (hub:Account {id: $account, type: 'balance', currency: 'CNY', blocked: false})
        WITH hub
        UNWIND range(0, size($ids) - 1) AS place
        CREATE (:Account {id: $ids[place], type: 'balance', currency: 'CNY',
            blocked: place % 50 = 0})
          -[:TRANSFERRED {id: 'test-' + $ids[place], amount: 100 + place, currency: 'CNY',
            kind: 'transfer.send', at: $at + place * 3600000}]->(hub)
        """,
        person=person, account=hub.account, ids=hub.ids, at=AT,
    )  # fmt: skip
    return hub


@pytest.fixture
def officer(service: Service) -> Someone:
    someone = service.sign_up("Olga Petrova")
    service.give_role(someone, "risk")
    return someone


@pytest.fixture
def subject(service: Service) -> Someone:
    return service.sign_up("Sam Hill")


@pytest.fixture
def hubs(subject: Someone) -> Iterator[list[Hub]]:
    """Yield a list of hubs that a test adds its own to, and forget them afterwards."""
    made: list[Hub] = []
    yield made
    ids = [one for hub in made for one in (hub.account, *hub.ids)]
    run("MATCH (account:Account) WHERE account.id IN $ids DETACH DELETE account", ids=ids)


def picture_of(page: Page, nodes: int) -> Frame:
    """Wait until the picture has come to rest with that many nodes, and return its frame."""
    expect(page.locator(f'.risk-picture[data-drawn="{nodes}"]')).to_be_visible(timeout=60_000)
    (frame,) = [one for one in page.frames if "/risk/picture" in one.url]
    return frame


def choose(page: Page, frame: Frame, node: str) -> None:
    """Click on a node of the picture; again where a busy machine made a long press of it."""
    for _ in range(5):
        frame.evaluate(
            "id => window.picture.network.focus(id, { scale: 1, animation: false })", node
        )
        spot = frame.evaluate(
            "id => window.picture.network.canvasToDOM(window.picture.network.getPosition(id))", node
        )
        frame.locator("#picture canvas").click(position={"x": spot["x"], "y": spot["y"]})
        if frame.evaluate("() => window.picture.network.getSelectedNodes()") == [node]:
            return
    pytest.fail(f"a click does not choose {node}")


def test_a_question_is_asked_sorted_copied_and_asked_again_by_its_address(
    officer: Someone, subject: Someone, hubs: list[Hub], windows: Windows
) -> None:
    hub = make_hub(subject.id, 3)
    hubs.append(hub)
    page = windows.open(officer, "/settings", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Risk team").click()
    expect(page.locator("kith-risk")).to_contain_text("Every look at a person is written down")
    page.get_by_label("Find a question").fill("around.money")
    page.get_by_role("link", name="around.money").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("kith-question")).to_contain_text("This is needed.")

    page.get_by_label("id", exact=True).fill(hub.account)
    page.get_by_role("button", name="Ask", exact=True).click()

    rows = page.locator(".risk-rows tbody tr")
    expect(rows).to_have_count(3)
    amount = page.get_by_role("button", name="amount")
    amount.click()
    expect(rows.first).to_contain_text("100")
    amount.click()
    expect(rows.first).to_contain_text("102")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("Control+c")
    expect(page.locator(".toast").first).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert copied[0].split("\t")[:3] == ["at", "isOut", "amount"]
    assert copied[1].split("\t")[2] == "101"
    page.reload()
    expect(rows).to_have_count(3)
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV").click()
    assert saved.value.suggested_filename == "kith-around.money.csv"
    page.get_by_label("id", exact=True).fill("nonsense")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("kith-question .wrong", has_text="must be a UUID")).to_be_visible()


def test_a_moment_to_the_millisecond_is_asked_again_as_it_was(
    officer: Someone, subject: Someone, hubs: list[Hub], windows: Windows
) -> None:
    hub = make_hub(subject.id, 2)
    hubs.append(hub)
    # Each payment lies on a whole hour, and the window has neither end in it.
    search = f"id={hub.account}&startTime=2025-12-31T23:59:59.999Z&endTime=2026-01-01T00:00:00.001Z"
    page = windows.open(officer, f"/risk/around.money?{search}")
    rows = page.locator(".risk-rows tbody tr")
    expect(rows).to_have_count(1)

    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url("**startTime=2025-12-31T23%3A59%3A59.999Z**")

    expect(rows).to_have_count(1)


def test_no_name_is_pasted_as_a_formula(
    officer: Someone, subject: Someone, hubs: list[Hub], windows: Windows
) -> None:
    hub = make_hub(subject.id, 1)
    hubs.append(hub)
    run(
        "MATCH (account:Account) WHERE account.id = $id SET account.type = $type",
        id=hub.ids[0], type="=1+1\tand\nmore",
    )  # fmt: skip
    page = windows.open(
        officer, f"/risk/around.one?id={hub.ids[0]}",
        permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".toast").first).to_contain_text("Copied")

    head, row = page.evaluate("navigator.clipboard.readText()").split("\n")

    assert dict(zip(head.split("\t"), row.split("\t"), strict=True))["sourceName"] == (
        "'=1+1 and more"
    )


@pytest.mark.timeout(240)
def test_a_picture_of_500_nodes_is_drawn_chosen_from_and_expanded(
    officer: Someone, subject: Someone, hubs: list[Hub], windows: Windows
) -> None:
    hub, other = make_hub(subject.id, MANY - 2), make_hub(subject.id, 4)
    hubs += [hub, other]
    run(
        "MATCH (:Person)-[owns:OWNS]->(:Account {id: $account}) DELETE owns",
        account=other.account,
    )
    run(
        "MATCH (a:Account {id: $one}), (b:Account {id: $other})"
        " CREATE (a)-[:TRANSFERRED {id: 'more-' + $one, amount: 1, at: $at}]->(b)",
        one=hub.ids[7], other=other.account, at=AT,
    )  # fmt: skip
    officer.call("case.open", subject=subject.id, note="many pay in")
    page = windows.open(officer, f"/risk/around.one?id={hub.account}&most=500")
    expect(page.locator(".risk-rows tbody tr").first).to_be_visible()

    page.get_by_role("button", name="Picture").click()

    frame = picture_of(page, MANY)
    state = "id => window.picture.nodes.get(id).color.background"
    assert frame.evaluate(state, subject.id) == "#e5a93a"
    assert frame.evaluate(state, hub.ids[50]) == "#c5392b"
    assert frame.evaluate(state, hub.ids[1]) == "#1f7a5c"
    choose(page, frame, hub.ids[7])
    expect(page.locator(".risk-chosen")).to_contain_text("in the answer")
    page.get_by_role("button", name="Expand").click()
    picture_of(page, MANY + 1)
    assert frame.evaluate(state, other.account) == "#8b9a93"
    page.get_by_role("button", name="Money over time").click()
    expect(page.locator(".risk-timeline rect")).to_have_count(2)
    # What the frame holds reaches nothing of the page around it.
    assert frame.evaluate("(() => { try { return parent.document.title } catch { return null } })()"
                          ) is None  # fmt: skip
    assert frame.evaluate("self.origin") == "null"


def test_a_case_is_opened_filled_and_decided_by_two(
    officer: Someone, subject: Someone, service: Service, windows: Windows
) -> None:
    page = windows.open(officer, "/risk/cases")
    page.get_by_role("button", name="Open a case").click()
    page.get_by_label("About whom").fill(f"@{subject.username}")
    page.get_by_role("dialog").get_by_label("Why").fill("many pay in")
    press(page, "Open a case")
    file = page.locator("kith-case")
    expect(file.locator(".hero")).to_contain_text("Sam Hill")
    expect(file).to_contain_text("many pay in")

    page.get_by_role("button", name="Add a note").click()
    page.get_by_role("dialog").get_by_label("Note").fill("called him")
    press(page, "Add a note")
    expect(file).to_contain_text("called him")
    file.get_by_role("button", name="Block", exact=True).click()
    page.get_by_role("dialog").get_by_label("Why").fill("a mule")
    press(page, "Block")
    expect(file.locator(".hero")).to_contain_text("blocked")
    expect(file).to_contain_text("frozen by this case")
    file.get_by_role("button", name="Clear", exact=True).click()
    page.get_by_role("dialog").get_by_label("Why").fill("a mistake")
    press(page, "Clear")
    expect(page.get_by_role("dialog")).to_contain_text("Somebody else of the team")
    page.keyboard.press("Escape")

    second = service.sign_up("Rui Costa")
    service.give_role(second, "risk")
    other = windows.open(second, page.url.removeprefix(service.url))
    other.locator("kith-case").get_by_role("button", name="Clear", exact=True).click()
    other.get_by_role("dialog").get_by_label("Why").fill("a mistake")
    press(other, "Clear")
    expect(other.locator("kith-case .hero")).to_contain_text("cleared")
    history = other.locator("kith-case ol > li")
    expect(history).to_have_count(4)
    expect(history.last).to_contain_text("Rui Costa")
    with other.expect_download() as saved:
        other.get_by_role("button", name="JSON").click()
    assert saved.value.suggested_filename.startswith("kith-case-")


def test_an_answer_goes_into_a_case(
    officer: Someone, subject: Someone, hubs: list[Hub], windows: Windows
) -> None:
    hub = make_hub(subject.id, 2)
    hubs.append(hub)
    officer.call("case.open", subject=subject.id, note="many pay in")
    page = windows.open(officer, f"/risk/around.money?id={hub.account}")
    page.get_by_role("button", name="Add to a case").click()
    page.get_by_role("dialog").get_by_label("Note").fill("two came in")
    press(page, "Add to a case")

    step = page.locator("kith-case ol > li").last
    expect(step).to_contain_text("two came in")
    step.locator("summary").click()
    expect(step.locator("tbody tr")).to_have_count(2)


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("width", "scheme", "locale"), [
    (1440, "light", "en-GB"), (820, "dark", "en-GB"), (390, "dark", "zh-CN"),
])  # fmt: skip
def test_it_fits_and_is_accessible(
    officer: Someone, subject: Someone, hubs: list[Hub], windows: Windows, width: int, scheme: str,
    locale: str,
) -> None:  # fmt: skip
    hub = make_hub(subject.id, 20)
    hubs.append(hub)
    case = officer.call("case.open", subject=subject.id, note="n" * 200)["case"]["id"]
    page = windows.open(officer, "/risk", width=width, color_scheme=scheme, locale=locale)
    expect(page.locator("kith-risk a.row").first).to_be_visible()
    findings = list_findings(page)
    expect_no_sideways_scroll(page)
    base = page.url.removesuffix("/risk")
    for path, sight in (
        (f"/risk/around.one?id={hub.account}", ".risk-rows tbody tr"),
        ("/risk/finbench.tcr8", "kith-question form"), ("/risk/cases", "kith-cases li"),
        (f"/risk/cases/{case}", "kith-case ol li"),
    ):  # fmt: skip
        page.goto(base + path)
        expect(page.locator(sight).first).to_be_visible()
        if "around" in path:
            page.locator(".risk-buttons .risk-tool").first.click()
            picture_of(page, 22)
        findings += list_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path

    assert findings == []


def test_others_never_see_it(subject: Someone, windows: Windows) -> None:
    page = windows.open(subject, "/settings")
    expect(page.get_by_role("link", name="Profile")).to_be_visible()
    expect(page.get_by_role("link", name="Risk team")).to_have_count(0)

    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(page.url.replace("/settings", "/risk/cases"))

    expect(page.locator("kith-rooms")).to_be_visible()
    expect(page.locator("kith-cases, kith-risk")).to_have_count(0)
    assert [url for url in loaded if url.endswith(".js") and "risk" in url] == []
