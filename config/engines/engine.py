"""What every engine offers to the launcher and the supervisor."""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from config.engines.instance import Instance

Say = Callable[[str], None]


@dataclass(frozen=True)
class Launch:
    """How to start a process: its arguments, what to add to the environment, and how to stop it."""

    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    user: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0
    folder: Path | None = None


class Engine(Protocol):
    """One server that Kith can start from packages."""

    name: str

    def prepare(self, instance: Instance, say: Say) -> None:
        """Install what is missing and write the configuration; safe to repeat."""

    def launch(self, instance: Instance) -> Launch:
        """Return how to start the server in the foreground."""

    def is_ready(self, instance: Instance) -> bool:
        """Tell whether the server answers a request."""

    def finish(self, instance: Instance) -> None:
        """Do what is needed once, right after the server answers, such as making the database."""
