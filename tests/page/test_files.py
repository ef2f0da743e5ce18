"""Pictures and files in a conversation, in a real browser."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.page.conftest import Pair

pytestmark = pytest.mark.browser


def picture(width: int, height: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(written, "PNG")
    return written.getvalue()


def choose(page: Page, *, name: str, kind: str, content: bytes) -> None:
    page.get_by_role("button", name="Send money, split, lend").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Picture or file").click()
    chooser.value.set_files({"name": name, "mimeType": kind, "buffer": content})


def test_a_picture_is_shown_to_both(flat: Pair) -> None:
    ann, bea = flat.open()
    choose(ann, name="our flat.png", kind="image/png", content=picture(1_200, 600))

    for page in (ann, bea):
        image = page.get_by_role("img", name="our flat.png")
        expect(image).to_be_visible()
        page.wait_for_function(
            "() => [...document.querySelectorAll('.picture img')].every((one) => one.naturalWidth)"
        )
        box = image.bounding_box()
        assert box is not None
        assert (round(box["width"]), round(box["height"])) == (264, 132)


def test_a_file_is_kept_under_its_name(flat: Pair) -> None:
    ann, bea = flat.open()
    choose(ann, name="rent 租金.pdf", kind="application/pdf", content=b"%PDF-1.7\n...")

    link = bea.get_by_role("link", name="rent 租金.pdf", exact=True)
    expect(link).to_be_visible()
    with bea.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "rent 租金.pdf"


def test_what_is_too_large_is_said_before_it_goes(flat: Pair) -> None:
    ann, _ = flat.open()
    choose(ann, name="film.mp4", kind="video/mp4", content=b"\0" * (20 * 1024 * 1024 + 1))
    expect(ann.get_by_role("status").filter(has_text="film.mp4 is larger")).to_be_visible()
    expect(ann.locator("article")).to_have_count(0)


def test_a_message_is_pinned_from_its_menu(flat: Pair) -> None:
    flat.bea.say(flat.room, "rent is due on Friday")
    ann, bea = flat.open()
    ann.locator("article", has_text="rent is due").hover()
    ann.get_by_role("button", name="More", exact=True).click()
    ann.get_by_role("menuitem", name="Pin", exact=True).click()

    expect(bea.get_by_text("Ann Lee changed what is pinned")).to_be_visible()
    ann.locator("article", has_text="rent is due").hover()
    ann.get_by_role("button", name="More", exact=True).click()
    expect(ann.get_by_role("menuitem", name="Take the pin off")).to_be_visible()
