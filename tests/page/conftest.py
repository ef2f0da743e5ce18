"""A real Chromium, and pages in it that fail a test when their console complains."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.page.acts import composer
from tests.service import PASSWORD, Service, Someone, service

__all__ = ["service"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 10_000
LOSSES = ("ERR_CONNECTION", "ERR_INTERNET_DISCONNECTED", "WebSocket")

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Yield the installed Chromium, or skip."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("Chromium is not installed; `apt-get install chromium` brings it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Windows:
    """Opens pages for people, each in a context of its own, and hears what their consoles say."""

    browser: Browser
    service: Service
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    # While the service is away a browser may say that it cannot reach it.
    forgives_losses: bool = False

    def open(
        self, someone: Someone | None = None, path: str = "/", *, width: int = 1440,
        height: int = 900, **options: Any,
    ) -> Page:  # fmt: skip
        """Return a page at the path, signed in as the person unless there is none."""
        options = {"locale": "en-GB", "color_scheme": "light", "reduced_motion": "reduce"} | options
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        if someone is not None:
            login = {"username": someone.username, "password": PASSWORD}
            answer = context.request.post(f"{self.service.url}/api/session.create", data=login)
            assert answer.ok
        page = context.new_page()
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self._hear("error", str(error)))
        page.goto(self.service.url + path)
        return page

    def _hear(self, kind: str, text: str) -> None:
        if kind not in ("error", "warning"):
            return
        if self.forgives_losses and any(word in text for word in LOSSES):
            return
        self.complaints.append(f"{kind}: {text}")

    def close(self) -> None:
        """Close all pages."""
        for context in self.contexts:
            context.close()


@pytest.fixture
def windows(chromium: Browser, service: Service) -> Iterator[Windows]:
    """Yield what opens pages; afterwards none of them may have complained."""
    opened = Windows(chromium, service)
    yield opened
    opened.close()
    assert opened.complaints == []


@dataclass(frozen=True)
class Pair:
    """Two people of one group, each with it open, and what a script needs to act beside them."""

    ann: Someone
    bea: Someone
    room: str
    windows: Windows

    def open(self, **options: Any) -> tuple[Page, Page]:
        """Return both pages once they hear what passes by, such as that somebody types."""
        pages = [self.windows.open(who, self.path, **options) for who in (self.ann, self.bea)]
        for page in pages:
            expect(composer(page)).to_be_visible()
        return pages[0], pages[1]

    @property
    def path(self) -> str:
        """Return the address of the conversation."""
        return f"/rooms/{self.room}"


@pytest.fixture
def flat(windows: Windows, service: Service) -> Pair:
    """Return Ann and Bea, friends with 500 yuan each, in a group of theirs."""
    ann = service.sign_up("Ann Lee", funds=50_000)
    bea = service.sign_up("Bea Moreau", funds=50_000)
    ann.befriend(bea)
    return Pair(ann, bea, ann.make_group("Flat", bea), windows)


@pytest.fixture
def pair(flat: Pair) -> tuple[Page, Page]:
    """Return the pages of Ann and Bea, each with their group open."""
    return flat.open()
