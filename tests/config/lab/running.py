"""A lab as a person opens it, with `python -m config.lab`."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from neo4j import Driver, GraphDatabase

from config.engines.instance import Instance
from tests.instances import ROOT, Up

READY_SECONDS = 300.0
STOP_SECONDS = 60.0
LAST_LINE = "Ctrl-C ends it and removes the copy."


@dataclass
class RunningLab:
    """A lab of an instance, which may be up or not."""

    up: Up
    output_file: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def output(self) -> str:
        """Return what it has shown so far."""
        return self.output_file.read_text()

    @property
    def instance(self) -> Instance:
        """Return the instance as it is at this moment."""
        return Instance(self.up.data)

    def begin(self) -> None:
        """Start it without waiting for it."""
        with open(self.output_file, "wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.lab"], cwd=ROOT, env=self.up.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    def open(self) -> None:
        """Start it and return once it says that it is open."""
        self.begin()
        assert self.process is not None
        process = self.process
        self.up.wait_until(
            lambda: LAST_LINE in self.output or process.poll() is not None, READY_SECONDS,
            "the lab is open",
        )  # fmt: skip
        assert process.poll() is None, self.output

    def refuse(self) -> tuple[int, str]:
        """Start it where it cannot run; return its exit code and what it showed."""
        self.begin()
        assert self.process is not None
        return self.process.wait(READY_SECONDS), self.output

    def driver(self) -> Driver:
        """Return a driver with the log-in that it prints."""
        at = self.instance.endpoint("lab")
        return GraphDatabase.driver(f"bolt://127.0.0.1:{at.port}", auth=("neo4j", at.password))

    def press_ctrl_c(self) -> int:
        """Do what Ctrl-C at the terminal does, and return the exit code."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(STOP_SECONDS)

    def end(self) -> None:
        """End it if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.press_ctrl_c()
