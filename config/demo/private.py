"""An instance of Kith that nobody else uses: started, asked, hurt on purpose, stopped, removed."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import environment
from config.engines.engine import Launch
from config.engines.instance import URL_VARIABLES
from config.engines.ports import find_free_port
from config.engines.problems import explain_os_error
from config.engines.processes import end, is_alive, start
from config.own_services import read_web, web_names

START_SECONDS = 240.0
STOP_SECONDS = 60.0
PYTHON = sys.executable
MANAGE = str(environment.ROOT / "manage.py")


class InstanceProblem(Exception):
    """The private instance did not start, or does not do what it should; the message says why."""


@dataclass(frozen=True)
class Ran:
    """What a management command said, and its exit code."""

    code: int
    output: str


class PrivateInstance:
    """`python -m config.up` as a child, in a folder of its own, on free ports.

    It belongs to this process: the kernel stops it if this process dies. `more` are variables of
    its environment beside, or instead of, the usual ones.
    """

    def __init__(self, more: Mapping[str, str] | None = None) -> None:
        self.data = _make_folder()
        self._log = self.data / "up.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._comebacks: Counter[str] = Counter()
        # So many bytes of the log have been looked at for them.
        self._counted = 0
        self._launch = Launch(
            arguments=[PYTHON, "-m", "config.up"],
            environment=self._usual_environment() | dict(more or {}),
            stop_signal=signal.SIGINT,
            stop_seconds=STOP_SECONDS,
            folder=environment.ROOT,
        )

    def _usual_environment(self) -> dict[str, str]:
        # Empty means unset: no engine that somebody else uses is touched.
        given = dict.fromkeys([*URL_VARIABLES.values(), "NEO4J_PASSWORD"], "")
        return given | {
            "KITH_DATA": str(self.data),
            "PORT": str(find_free_port()),
            "KITH_BIND": "127.0.0.1",
            "KITH_ENV": "development",
            "KITH_RATE_LIMITS": "off",
            "KITH_DEMO": "off",
            "KITH_SHORT_LIVED": "1",
            "PYTHONUNBUFFERED": "1",
        }

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables in which it, and what is asked of it, run beside our own."""
        return self._launch.environment

    async def start(self, say: Callable[[str], None]) -> None:
        """Start it and return once all of it answers; `say` gets the line it shows last.

        Raises InstanceProblem.
        """
        self._process = start(self._launch, self._log, with_parent=True)
        shown = ""
        try:
            async with asyncio.timeout(START_SECONDS):
                while not self._ready_file.exists():
                    if self._process.poll() is not None:
                        raise InstanceProblem(f"The instance did not start: {self._reason()}")
                    if (line := self._last_line()) != shown:
                        shown = line
                        say(line)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise InstanceProblem(
                f"The instance was not ready within {START_SECONDS:g} s: {self._last_line()}"
            ) from None

    @property
    def _ready_file(self) -> Path:
        return self.data / "ready.json"

    def _ready(self) -> dict[str, Any]:
        ready: dict[str, Any] = json.loads(self._ready_file.read_text())
        return ready

    @property
    def url(self) -> str:
        """Return the address of the service."""
        return str(self._ready()["url"])

    @property
    def banks(self) -> str:
        """Return the address of its banks."""
        return str(self._ready()["banks"])

    @property
    def pids(self) -> dict[str, int]:
        """Return the process id of each service that runs now."""
        pids: dict[str, int] = self._ready()["pids"]
        return pids

    def log_lines(self) -> list[str]:
        """Return what `make up` has shown so far."""
        if not self._log.exists():
            return []
        return self._log.read_text(errors="replace").splitlines()

    def _last_line(self) -> str:
        lines = [line for line in self.log_lines() if "|" in line]
        return lines[-1].partition("|")[2].strip() if lines else "it said nothing."

    def _reason(self) -> str:
        """Return what `make up` itself said last, before it stopped."""
        said = [line.partition("|")[2].strip() for line in self.log_lines() if "kith |" in line]
        reasons = [line for line in said if line not in ("stopping", "stopped")]
        return reasons[-1] if reasons else self._last_line()

    def errors(self) -> list[str]:
        """Return the lines of our own processes' logs that report an error."""
        return [
            f"{name}: {line}"
            for name in (*web_names(read_web()), "worker", "beat")
            for line in (self.data / "log" / f"{name}.log").read_text(errors="replace").splitlines()
            if "ERROR" in line or "CRITICAL" in line or line.startswith("Traceback")
        ]

    async def manage(self, *arguments: str) -> Ran:
        """Run a management command on this instance."""
        process = await asyncio.create_subprocess_exec(
            PYTHON, MANAGE, *arguments,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=os.environ | self.environment,
        )  # fmt: skip
        try:
            output, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode is not None
        return Ran(process.returncode, output.decode(errors="replace").strip())

    async def kill(self, service: str) -> int:
        """Kill a service as a crash would, and return the id that its process had.

        One that is just being started again is waited for.
        """
        while True:
            pid = self.pids.get(service, 0)
            if pid and is_alive(pid):
                os.kill(pid, signal.SIGKILL)
                return pid
            await asyncio.sleep(0.1)

    async def wait_until_back(self, service: str, killed: int, *, seconds: float) -> bool:
        """Wait until another process does the killed one's work; tell whether it came."""
        try:
            async with asyncio.timeout(seconds):
                while self.pids.get(service, killed) == killed:  # noqa: ASYNC110 (a file says it)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            return False
        return is_alive(self.pids[service])

    def comebacks(self, service: str) -> int:
        """Return how often a service that died has answered again."""
        # Only what is new: others ask many times a second, of a log that grows to megabytes.
        with open(self._log, "rb") as file:
            file.seek(self._counted)
            whole_lines = file.read().rpartition(b"\n")[0]
        self._counted += len(whole_lines) + 1 if whole_lines else 0
        for line in whole_lines.decode(errors="replace").splitlines():
            name, _, said = line.partition("|")
            self._comebacks[name.strip()] += said.strip() == "is back"
        return self._comebacks[service]

    def stop(self) -> list[str]:
        """Stop it and return the services, if any, of which a process is left behind."""
        if self._process is None:
            return []
        pids = self.pids if self._ready_file.exists() else {}
        end(self._process.pid, self._launch)
        self._process.wait()
        return [service for service, pid in pids.items() if is_alive(pid)]

    def remove(self) -> None:
        """Remove all that it wrote."""
        shutil.rmtree(self.data, ignore_errors=True)
        if self.data.parent.name == "demo":
            with contextlib.suppress(OSError):
                # Another run may still have its folder there.
                self.data.parent.rmdir()


def _make_folder() -> Path:
    """Return a fresh folder: under KITH_DATA where that is set, else where temporary files go."""
    base = None
    try:
        # Only a folder that somebody chose: the project's own is that of `make up`.
        if os.environ.get("KITH_DATA"):
            base = environment.data_folder() / "demo"
            base.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="kith-demo-", dir=base))
    except OSError as error:
        raise explain_os_error(error, "making a folder for the private instance") from error
