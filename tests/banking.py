"""The sandbox's banks as `make up` runs them, one server for each test that asks for it."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.engines.ports import answers, find_free_port
from wallet.banks import health
from wallet.days import day_of

ROOT = Path(__file__).parent.parent
START_SECONDS = 20.0


@dataclass
class Banks:
    """A running server, and how to set its faults."""

    folder: Path
    channels: str = "harbour,lantern,cedar"
    port: int = field(default_factory=find_free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and return once it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.banks", "serve", "--port", str(self.port),
             "--data", str(self.folder), "--channels", self.channels],
            cwd=ROOT, env=os.environ | {"KITH_ENV": "development"}, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.port):
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def ask(self, method: str, path: str, fields: object = None) -> tuple[int, Any]:
        """Return the status and the body of an answer."""
        body = json.dumps(fields).encode() if fields is not None else None
        request = urllib.request.Request(f"{self.url}{path}", body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=START_SECONDS) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def pay(self, channel: str, **terms: Any) -> tuple[int, Any]:
        """Ask for a payment."""
        return self.ask("POST", f"/channels/{channel}/payments", terms)

    def set(self, channel: str, **fields: Any) -> dict[str, Any]:
        """Set what a channel is like and return it."""
        status, shown = self.ask("PUT", f"/admin/channels/{channel}", fields)
        assert status == 200, shown
        result: dict[str, Any] = shown
        return result

    def show(self, channel: str) -> dict[str, Any]:
        """Return what a channel is like now."""
        _, shown = self.ask("GET", "/admin/channels")
        (found,) = [one for one in shown["channels"] if one["name"] == channel]
        result: dict[str, Any] = found
        return result

    def forge(self, channel: str, number: str, amount: int) -> None:
        """Falsify a line of the books, or take it away by 0."""
        path = f"/admin/channels/{channel}/lines/{number}"
        assert self.ask("PUT", path, {"amount": amount}) == (200, {})

    def lines(self, channel: str) -> list[tuple[str, str, int, str]]:
        """Return what moved today: number, direction, amount and currency."""
        today = day_of(datetime.now(UTC))
        _, shown = self.ask("GET", f"/channels/{channel}/statement?day={today}")
        return [
            (line["number"], line["direction"], line["amount"], line["currency"])
            for line in shown["lines"]
        ]


@pytest.fixture
def banks(tmp_path: Path, settings: Any) -> Iterator[Banks]:
    """Yield banks in health, with empty books, which the code under test talks to."""
    running = Banks(tmp_path / "banks")
    running.start()
    settings.BANKS_URL = f"sandbox://127.0.0.1:{running.port}"
    health.channel_of.cache_clear()
    try:
        yield running
    finally:
        running.kill()
        health.channel_of.cache_clear()
