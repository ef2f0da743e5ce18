"""A private instance for a benchmark, and people in it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "var" / "bench"
START_SECONDS = 180


def prepare_environment(port: int) -> None:
    """Point this process and its children at the benchmark's own data folder, and have it clean up
    when it is told to stop.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.environ.update(
        KITH_DATA=str(DATA), PORT=str(port), KITH_DEMO="off", KITH_RATE_LIMITS="off",
        DJANGO_SETTINGS_MODULE="config.settings", KITH_LOG_LEVEL="ERROR",
    )  # fmt: skip


@contextlib.contextmanager
def running_instance() -> Iterator[str]:
    """Run a whole instance and yield its address; everything stops at the end."""
    ready = DATA / "ready.json"
    ready.unlink(missing_ok=True)
    DATA.mkdir(parents=True, exist_ok=True)
    with open(DATA / "up.log", "w") as log:
        up = subprocess.Popen(
            [sys.executable, "-m", "config.up"], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready.exists():
            if up.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"bench: the instance did not start; {DATA / 'up.log'} says why")
            time.sleep(0.2)
        yield json.loads(ready.read_text())["url"]
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)


def pin(pid: int, cpus: set[int]) -> None:
    """Keep a process on some processors, where the system can."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setaffinity(pid, cpus)
