"""The picture of a limit: with many people between it draws the largest ways, and is readable."""

from itertools import combinations

import pytest
from playwright.sync_api import Locator, expect

from tests.page.acts import expect_no_sideways_scroll
from tests.page.conftest import Windows
from tests.page.test_care import list_findings
from tests.page.test_trust import PHONE, keep
from tests.service import Service, Someone

pytestmark = pytest.mark.browser


@pytest.fixture
def ends(service: Service) -> tuple[Someone, Someone]:
    """Mei and Jonas, with eight ways between them of 3 to 10 yuan, each over a friend and a mate of
    its own, and one of 90 yuan over the first friend and the last mate.
    """
    mei, jonas = service.sign_up("Mei Chen", funds=100_000), service.sign_up("Jonas Weber")
    friends = [service.sign_up(f"Friend {number}") for number in range(8)]
    mates = [service.sign_up(f"Mate {number}") for number in range(8)]
    # She knows them all, so that all have names.
    mei.befriend(*friends, *mates)
    jonas.befriend(*mates)
    for place, (friend, mate) in enumerate(zip(friends, mates, strict=True)):
        friend.befriend(mate)
        mei.trust(friend, 300 + 100 * place)
        friend.trust(mate, 300 + 100 * place)
        mate.trust(jonas, 300 + 100 * place)
    mei.trust(friends[0], 9_300)
    friends[0].befriend(mates[7])
    friends[0].trust(mates[7], 9_000)
    mates[7].trust(jonas, 10_000)
    return mei, jonas


def texts(found: Locator) -> list[str]:
    return sorted(found.all_text_contents())


def lie_on_each_other(found: Locator) -> list[tuple[str, str]]:
    boxes = [(one.text_content() or "", one.bounding_box()) for one in found.all()]
    return [
        (name, other)
        for (name, one), (other, two) in combinations(boxes, 2)
        if one and two
        and one["x"] < two["x"] + two["width"] and two["x"] < one["x"] + one["width"]
        and one["y"] < two["y"] + two["height"] and two["y"] < one["y"] + one["height"]
    ]  # fmt: skip


@pytest.mark.parametrize("width", [390, 1_440])
def test_of_many_ways_the_largest_are_drawn_and_the_others_counted(
    windows: Windows, ends: tuple[Someone, Someone], width: int
) -> None:
    mei, jonas = ends
    page = windows.open(mei, f"/friends/{jonas.id}/limit/borrower", **PHONE | {"width": width})
    expect(page.locator(".payment-sum")).to_have_text("¥142.00")
    drawn = page.locator("svg.picture")

    # 90.00 over the first friend and the last mate, 10.00 over the last friend to that mate, 9.00
    # over two others. For 8.00 over two more there is no room, nor for anything smaller.
    assert texts(drawn.locator(".picture-person title")) == [
        "6 more ways", "Friend 0", "Friend 6", "Friend 7", "Jonas Weber", "Mate 6", "Mate 7", "You",
    ]  # fmt: skip
    amounts = [one.removeprefix("⧓ ") for one in texts(drawn.locator(".picture-amount text"))]
    assert amounts.count("¥33.00") == 2
    keep(page, f"limit-many-{width}")
    assert lie_on_each_other(drawn.locator(".picture-amount rect")) == []
    expect_no_sideways_scroll(page)
    assert list_findings(page) == []

    words = page.locator(".ways").first.locator("li")
    expect(words).to_have_count(6)
    page.get_by_text("3 more ways").click()
    expect(page.locator("details .ways > li").first).to_be_visible()
    expect(page.locator("details .ways > li")).to_have_count(3)
