"""`make reload`: have a running instance replace its own processes by new ones, one at a time."""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from config.engines.instance import Instance
from config.engines.problems import EngineProblem
from config.log import say

# Each process has two minutes to answer, and a migration takes what it takes.
MOST_SECONDS = 3600.0
POLL_SECONDS = 0.2


class Running:
    """The instance of a data folder, through what its supervisor writes. Raises EngineProblem when
    none runs.
    """

    def __init__(self, instance: Instance) -> None:
        self._file = instance.data / "ready.json"
        self._missing = EngineProblem(
            f"No instance runs in {instance.data}; `make up` starts one, KITH_DATA names another"
            " folder."
        )
        if not (self._file.exists() and instance.is_supervised()):
            raise self._missing

    def read(self) -> dict[str, Any]:
        """Return what it says of itself now."""
        try:
            ready: dict[str, Any] = json.loads(Path(self._file).read_text())
        except FileNotFoundError:
            raise self._missing from None
        return ready

    def wait_for(self, count: int) -> dict[str, Any]:
        """Return once so many reloads have ended, telling of each process that is replaced."""
        told = self.read()["pids"]
        deadline = time.monotonic() + MOST_SECONDS
        while True:
            ready = self.read()
            pids = ready["pids"]
            for name in pids.keys() & told.keys():
                if pids[name] != told[name]:
                    say(name, "is replaced")
            told |= pids
            if ready["reload"]["count"] >= count and not ready["reload"]["is_under_way"]:
                return ready
            if time.monotonic() > deadline:
                raise EngineProblem("The reload did not end; the log of `make up` says why.")
            time.sleep(POLL_SECONDS)


def reload(instance: Instance) -> None:
    """Have the instance reload and return once it has. Raises EngineProblem when it could not."""
    running = Running(instance)
    before = running.wait_for(0)
    os.kill(before["supervisor"], signal.SIGUSR1)
    after = running.wait_for(before["reload"]["count"] + 1)
    if problem := after["reload"]["problem"]:
        raise EngineProblem(f"{problem} What was not replaced goes on.")
    say("kith", "the new version runs")


def main() -> int:
    """Parse the command line and run."""
    argparse.ArgumentParser(
        prog="make reload",
        description="Have the instance that KITH_DATA names bring up the code that is there now:"
        " migrations first, then web processes, worker and beat one after the other.",
    ).parse_args()
    try:
        reload(Instance.current())
    except EngineProblem as problem:
        say("kith", str(problem), problem=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
