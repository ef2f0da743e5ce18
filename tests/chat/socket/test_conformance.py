"""What the Autobahn suite says of the protocol under the socket, driven by kosoku."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.service import Service, running_web

# Framing, pings, reserved bits, opcodes, fragments, UTF-8, closing, and messages in many pieces.
SECTIONS = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*")
KOSOKU = Path(sys.executable).with_name("kosoku")


@pytest.fixture(scope="module")
def echo(database: None, tmp_path_factory: pytest.TempPathFactory):
    """Yield a web server whose echo door is open."""
    folder = tmp_path_factory.mktemp("echo")
    with running_web(folder, KITH_WS_ECHO="1", KITH_RATE_LIMITS="off") as running:
        yield running


def test_the_echo_door_is_closed_unless_it_is_asked_for(service: Service) -> None:
    async def work() -> None:
        async with connect(service.url.replace("http", "ws") + "/ws/echo"):
            pytest.fail("the echo door is open")

    with pytest.raises(InvalidStatus) as refused:
        asyncio.run(work())
    assert refused.value.response.status_code == 403
    assert "Traceback" not in (service.folder / "web.log").read_text()


def test_empty_messages_come_back_empty(echo: Service) -> None:
    async def work() -> None:
        async with connect(echo.url.replace("http", "ws") + "/ws/echo") as socket:
            for message in ("", b"", "text", b"bytes"):
                await socket.send(message)
                assert await socket.recv() == message

    asyncio.run(work())


def test_the_autobahn_cases_pass(echo: Service, tmp_path: Path) -> None:
    assert shutil.which(KOSOKU), "kosoku is not installed"
    chosen = [word for section in SECTIONS for word in ("--include", section)]
    address = echo.url.replace("http", "ws") + "/ws/echo"
    done = subprocess.run(
        [KOSOKU, *chosen, "--outdir", str(tmp_path), address],
        capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert "cases failed" not in said, said
    assert "wrote reports for 247 cases" in said
    assert "Traceback" not in (echo.folder / "web.log").read_text()
