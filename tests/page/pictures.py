"""Makes the pictures of the README anew, from the demo world of a fresh instance.

    KITH_DATA=/tmp/pictures PORT=8123 make up
    KITH_DATA=/tmp/pictures .venv/bin/python -m tests.page.pictures

It opens the envelope of the demo and grants the loan that Jonas asks for, so that a second run
against the same instance finds both done and only looks.
"""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from config import environment
from tests.page.acts import begin, card, composer, envelope, press

FOLDER = Path(__file__).parent.parent.parent / "docs" / "pictures"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
LARGEST_BYTES = 200_000
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
WAIT_MS = 20_000


def main() -> int:
    """Make all pictures; return how many came out too large."""
    ready = json.loads((environment.data_folder() / "ready.json").read_text())
    if not ready["logins"]:
        sys.exit("The instance has no demo world; use an empty KITH_DATA.")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    FOLDER.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        studio = Studio(browser, ready["url"], ready["logins"])
        studio.prepare()
        studio.take_all()
        browser.close()
    return studio.too_large


class Studio:
    """Two people of the demo, and a camera."""

    def __init__(self, browser: Browser, url: str, logins: list[dict[str, str]]) -> None:
        self._browser = browser
        self._url = url
        self._mei, self._jonas = logins[0], logins[1]
        self.too_large = 0

    def prepare(self) -> None:
        """Let something happen that is worth a picture."""
        mei, jonas = self._open(self._mei), self._open(self._jonas)
        for page in (mei, jonas):
            page.get_by_role("link", name="Flat 4B").click()
            expect(composer(page)).to_be_visible()
            expect(envelope(page)).to_contain_text(re.compile("Tap to open|You got"))
            if envelope(page).evaluate("it => it.classList.contains('is-sealed')"):
                envelope(page).click()
                press(page, "Open the envelope")
                expect(page.locator(".won")).to_be_visible()
                page.keyboard.press("Escape")
        if jonas.get_by_role("region", name="Loan", exact=True).count() == 0:
            form = begin(jonas, "Ask for a loan")
            lender = form.get_by_label("Whom to ask").locator("option", has_text="@mei")
            form.get_by_label("Whom to ask").select_option(value=lender.get_attribute("value"))
            form.get_by_label("Amount").fill("200")
            form.get_by_label("Note").fill("until Friday")
            press(jonas, "Ask")
            expect(card(mei, "Loan")).to_be_visible()
        mei.context.close()
        jonas.context.close()

    def take_all(self) -> None:
        """Take each picture."""
        page = self._open(self._mei)
        page.get_by_role("link", name="Flat 4B").click()
        expect(card(page, "Loan")).to_be_visible()
        room = page.url
        self._keep(page, "conversation")
        envelope(page).click()
        expect(page.get_by_role("dialog").locator("li").first).to_be_visible()
        self._keep(page, "envelope")
        page.keyboard.press("Escape")
        card(page, "Loan").get_by_role("link").click()
        page.get_by_role("link", name="Why this limit?").click()
        expect(page.locator(".picture")).to_be_visible()
        self._keep(page, "limit")
        page.get_by_role("link", name="Wallet").click()
        expect(page.locator(".entry").first).to_be_visible()
        self._keep(page, "wallet")
        page.context.close()
        phone = self._open(
            self._mei, viewport={"width": 390, "height": 844}, color_scheme="dark",
            has_touch=True, device_scale_factor=2,
        )  # fmt: skip
        phone.goto(room)
        expect(card(phone, "Loan")).to_be_visible()
        self._keep(phone, "phone-dark")

    def _open(self, login: dict[str, str], **options: Any) -> Page:
        options = {
            "viewport": {"width": 1440, "height": 900}, "locale": "en-GB", "color_scheme": "light",
            "reduced_motion": "reduce",
        } | options  # fmt: skip
        context = self._browser.new_context(**options)
        context.set_default_timeout(WAIT_MS)
        who = {"username": login["username"], "password": login["password"]}
        answer = context.request.post(f"{self._url}/api/session.create", data=who)
        assert answer.ok, answer.text()
        page = context.new_page()
        page.goto(self._url)
        expect(page.get_by_role("link", name="Flat 4B")).to_be_visible()
        return page

    def _keep(self, page: Page, name: str) -> None:
        # The pointer rests where it points at nothing, and names had the time to arrive.
        page.mouse.move(0, 0)
        page.wait_for_load_state("networkidle")
        path = FOLDER / f"{name}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        size = path.stat().st_size
        self.too_large += size > LARGEST_BYTES
        sys.stdout.write(f"{path.relative_to(FOLDER.parent.parent)}  {size // 1000} kB\n")


if __name__ == "__main__":
    raise SystemExit(main())
