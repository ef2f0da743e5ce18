"""Pay Points in the browser: taking part, the score with its reasons, and what services ask."""

import json

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.page.acts import expect_no_sideways_scroll, press
from tests.page.conftest import Pair, Windows
from tests.page.test_care import list_findings
from tests.service import Service

pytestmark = pytest.mark.browser


def take_part(flat: Pair, service: Service) -> None:
    """Have Ann take part and be scored, with a friend behind her and a payment made."""
    flat.bea.trust(flat.ann, 10_000)
    transfer = flat.ann.call("transfer.send", to=flat.bea.id, amount=1_250)["transfer"]
    flat.bea.call("transfer.accept", transfer=transfer["id"])
    flat.ann.call("points.opt_in")
    service.score_month()


def part(page: Page, name: str) -> Locator:
    return page.locator(".points-parts > li").filter(
        has=page.get_by_role("heading", name=name)
    )  # fmt: skip


def test_somebody_takes_part_reads_why_and_stops_again(flat: Pair, service: Service) -> None:
    page = flat.windows.open(flat.ann, "/settings")
    page.get_by_role("link", name="Pay Points").click()
    panel = page.locator("kith-points")
    expect(panel).to_contain_text("While your score is below 400, you may owe friends 50 %")
    expect(panel).to_contain_text("never the score")
    panel.get_by_role("button", name="Take part").click()
    expect(panel).to_contain_text("Your first score comes within the next hours.")

    take_part(flat, service)
    page.reload()

    # 350, and 15 of ability, 32 of behaviour, 35 of identity, 14 of relations.
    dial = panel.get_by_role("img", name="Your score is 446, between 350 and 950.")
    expect(dial).to_be_visible()
    expect(part(page, "Credit history")).to_contain_text("no data")
    expect(part(page, "Credit history")).to_contain_text("This adds 0 of 210.")
    expect(part(page, "Ability to pay")).to_contain_text(
        "¥100.00 or more came in, less what went back, in 1 of 6 months"
    )
    expect(part(page, "Behaviour")).to_contain_text("You paid 1 person ¥1.00 or more")
    expect(part(page, "Relations")).to_contain_text(
        "1 person stands behind you with ¥100.00 or more"
    )
    expect(panel).to_contain_text("Pay a loan back on time")
    panel.get_by_role("button", name="Stop and delete my scores").click()
    press(page, "Stop and delete my scores")
    expect(panel.get_by_role("button", name="Take part")).to_be_visible()
    assert flat.ann.call("points.history")["scores"] == []


def test_a_service_asks_and_learns_yes_or_no_only_with_consent(
    flat: Pair, service: Service
) -> None:
    take_part(flat, service)
    taxi = service.sign_up("Taxi Lin")
    service.give_role(taxi, "service")
    page = flat.windows.open(flat.ann, "/notices")
    taxi.call("points.ask_gate", person=flat.ann.id, gate="ride_then_pay")
    page.get_by_role("button", name="Taxi Lin asks whether your Pay Points are enough").click()
    gates = page.locator("kith-points-gates")
    expect(gates).to_contain_text("Taxi Lin asks whether your score is above 500")

    gates.get_by_role("button", name="Let them know: ride first, pay later").click()

    expect(gates).to_contain_text("Taxi Lin may ask whether your score is above 500")
    answer = taxi.call("points.ask_gate", person=flat.ann.id, gate="ride_then_pay")
    assert (answer["allowed"], answer["reason"]) == (False, "not_above")
    page.reload()
    gates.get_by_text("What services asked and learned").click()
    expect(gates.locator("details li").first).to_contain_text("Your score was not above the number")
    expect(gates.locator("details li").last).to_contain_text("You had not said yes")
    gates.get_by_role("button", name="Take back: ride first, pay later").click()
    expect(gates).to_contain_text("Taxi Lin may not ask whether your score is above 500")
    expect(gates.get_by_role("button", name="Let them know: ride first, pay later")).to_be_focused()
    answer = taxi.call("points.ask_gate", person=flat.ann.id, gate="ride_then_pay")
    assert answer["reason"] == "no_consent"
    page.keyboard.press("Enter")
    expect(gates.get_by_role("button", name="Take back: ride first, pay later")).to_be_focused()


def test_who_stops_sees_what_services_learned_and_a_stop_that_fails_is_not_told_as_done(
    flat: Pair, service: Service
) -> None:
    take_part(flat, service)
    taxi = service.sign_up("Taxi Lin")
    service.give_role(taxi, "service")
    taxi.call("points.ask_gate", person=flat.ann.id, gate="ride_then_pay")
    page = flat.windows.open(flat.ann, "/settings/points")
    panel = page.locator("kith-points")
    refused: list[str] = []

    def refuse_once(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            frame = json.loads(message)
            if refused or frame.get("type") != "points.opt_out":
                server.send(message)
                return
            refused.append(frame["id"])
            error = {"code": "test.refused", "message": "Not now.", "retryable": False}
            route.send(json.dumps({"type": "error", "id": frame["id"], "error": error}))

        route.on_message(pass_on)

    page.route_web_socket("**/ws/", refuse_once)
    page.reload()
    stop = panel.get_by_role("button", name="Stop and delete my scores")
    stop.click()
    press(page, "Stop and delete my scores")
    toasts = page.locator(".toasts")
    expect(toasts).to_contain_text("Not now.")
    expect(panel.get_by_role("img", name="Your score is")).to_be_visible()
    assert len(refused) == 1
    assert "Your scores are deleted." not in toasts.inner_text()

    stop.click()
    press(page, "Stop and delete my scores")
    expect(toasts).to_contain_text("Your scores are deleted.")
    expect(panel.get_by_role("button", name="Take part")).to_be_visible()
    expect(panel.locator("kith-points-gates")).to_contain_text("Taxi Lin may not ask")
    panel.get_by_text("What services asked and learned").click()
    expect(panel.locator("details li")).to_contain_text("You had not said yes.")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_the_page_of_points_fits_and_is_accessible(
    flat: Pair, service: Service, width: int, scheme: str
) -> None:
    take_part(flat, service)
    taxi = service.sign_up("Maximiliana Wolfeschlegelsteinhausenbergerdorff")
    service.give_role(taxi, "service")
    taxi.call("points.ask_gate", person=flat.ann.id, gate="test_drive")
    page = flat.windows.open(flat.ann, "/settings/points", width=width, color_scheme=scheme)
    expect(page.locator("kith-points-gates")).to_contain_text("car test drive")
    page.get_by_text("What services asked and learned").click()

    assert list_findings(page) == []
    for narrow in (320, width):
        page.set_viewport_size({"width": narrow, "height": 844})
        expect_no_sideways_scroll(page)


def test_it_speaks_chinese(flat: Pair, service: Service, windows: Windows) -> None:
    take_part(flat, service)
    page = windows.open(flat.ann, "/settings/points", locale="zh-CN")
    panel = page.locator("kith-points")

    expect(panel.get_by_role("img", name="你的分数是")).to_be_visible()
    expect(panel).to_contain_text("没有数据")
    assert "points." not in panel.inner_text()
