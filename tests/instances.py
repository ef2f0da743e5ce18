"""Whole instances of Kith as a person starts them, with `make up`, for the tests marked `long`."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config.engines.instance import URL_VARIABLES
from config.engines.ports import find_free_port
from config.engines.processes import is_alive
from tests import web

ROOT = Path(__file__).parent.parent
START_SECONDS = 240.0
BACK_SECONDS = 90.0
STOP_SECONDS = 60.0


@dataclass
class Up:
    """`make up` on a folder and a port of its own; start it again as often as wanted."""

    data: Path
    port: int = field(default_factory=find_free_port)
    output_file: Path | None = None
    web: int | str = 1
    more: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return the address that it should have."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """Return what it has shown so far, over all its starts."""
        return self._output.read_text(errors="replace")

    @property
    def _output(self) -> Path:
        return self.output_file or self.data.with_suffix(".out")

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which a command is about this instance."""
        # Empty means unset: no engine that somebody else uses is touched.
        given = dict.fromkeys(URL_VARIABLES.values(), "")
        own = {"KITH_DATA": str(self.data), "PORT": str(self.port), "KITH_SHORT_LIVED": "1"}
        own |= {"WEB": str(self.web), "DJANGO_SETTINGS_MODULE": "config.settings"}
        return os.environ | given | own | self.more

    def ready(self) -> dict[str, Any]:
        """Return what its ready.json says."""
        ready: dict[str, Any] = json.loads((self.data / "ready.json").read_text())
        return ready

    def begin(self) -> None:
        """Start it without waiting for it."""
        with open(self._output, "ab") as output:
            self.process = subprocess.Popen(
                ["make", "up"], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT,
                # A process group of its own, as a shell gives it, so that it can have its Ctrl-C.
                start_new_session=True,
            )  # fmt: skip

    def start(self) -> None:
        """Start it and return once it says that it is ready."""
        self.begin()
        assert self.process is not None
        process = self.process
        self.wait_until(
            lambda: (self.data / "ready.json").exists() or process.poll() is not None,
            START_SECONDS, "it is ready",
        )  # fmt: skip
        assert process.poll() is None, self.output[-2000:]

    def press_ctrl_c(self) -> None:
        """Do what Ctrl-C at the terminal does, and return once it has ended."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(STOP_SECONDS)

    def stop(self) -> None:
        """End it if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.press_ctrl_c()

    def fail_to_start(self) -> tuple[int, list[str]]:
        """Start it where it cannot run; return its exit code and the lines it showed."""
        self.begin()
        assert self.process is not None
        code = self.process.wait(START_SECONDS)
        return code, self.output.splitlines()

    def wait_until(self, holds: Callable[[], bool], seconds: float, what: str) -> None:
        """Return once something holds; the test fails if that takes too long."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                pytest.fail(f"{what}: not within {seconds:g} s; it showed {self.output[-2000:]}")
            time.sleep(0.1)

    def kill(self, service: str) -> None:
        """Kill a service as a crash would, and return once another one is said to be back."""
        before = self.output.count(f"{service} | is back")
        killed = self.ready()["pids"][service]
        os.kill(killed, signal.SIGKILL)
        self.wait_until(
            lambda: self.output.count(f"{service} | is back") > before, BACK_SECONDS,
            f"{service} is back",
        )  # fmt: skip
        now = self.ready()["pids"][service]
        assert now != killed
        assert is_alive(now)

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a management command on this instance."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment,
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip

    def call(self, command: str, token: str = "", /, **fields: Any) -> dict[str, Any]:
        """Carry out a command over HTTP and return its result; a refusal fails the test."""
        return web.call(self, command, token, **fields)

    def log_in(self) -> str:
        """Log in as the first of the people it names; return the token."""
        login = self.ready()["logins"][0]
        answer = self.call("token.create", username=login["username"], password=login["password"])
        token: str = answer["token"]
        return token

    def processes(self) -> dict[int, str]:
        """Return every process that belongs to this instance, by id, with its command line."""
        return {pid: args for pid, args in _list_processes() if _belongs(pid, args, self.data)}


def _list_processes() -> list[tuple[int, str]]:
    listed = subprocess.run(
        ["ps", "-eo", "pid=,args=", "-ww"], capture_output=True, text=True, check=True
    )
    rows = (line.split(maxsplit=1) for line in listed.stdout.splitlines())
    return [(int(row[0]), row[1]) for row in rows if len(row) == 2]


def _belongs(pid: int, args: str, data: Path) -> bool:
    """Tell by what it was called with, where it stands and what it was told."""
    if str(data) in args:
        return True
    process = Path("/proc") / str(pid)
    try:
        stands = (process / "cwd").readlink()
        told = (process / "environ").read_bytes()
    except OSError:
        # It is gone, or is not ours.
        return False
    return stands.is_relative_to(data) or f"KITH_DATA={data}\0".encode() in told
