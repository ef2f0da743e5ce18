"""A real Chromium, and pages in it that fail a test when their console complains."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.service import PASSWORD, Service, Someone, service

__all__ = ["service"]

ROOT = Path(__file__).parent.parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 10_000

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
        if self.forgives_losses and ("ERR_CONNECTION" in text or "WebSocket" in text):
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


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], Path]:
    """Return a function that keeps a picture of a page: in a temporary folder, or with
    KITH_PICTURES=1 among the documents.
    """
    folder = ROOT / "docs" / "pictures" if os.environ.get("KITH_PICTURES") else tmp_path

    def keep(page: Page, name: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        return path

    return keep
