"""What each channel is like at the moment: how much it takes at once, how slow it is, what goes
wrong.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

FAULTS = {
    "none": "answers as it should",
    "refuse": "books the payment as refused, under its number for ever",
    "down": "says at once that it takes nothing; nothing is booked",
    "hang": "neither books nor answers, and hangs up after `seconds`",
    "late": "books, and answers after `seconds`",
    "lose": "books, and hangs up without an answer",
    "twice": "books, and sends its answer twice",
}
LARGEST = {"capacity": 10_000, "latency_ms": 600_000, "times": 10**9, "seconds": 600}


class Wrong(Exception):
    """What was asked for makes no sense; the message says why."""


class Full(Exception):
    """The channel works on as many payments as it can."""


@dataclass
class Channel:
    """One channel. `times` is how many payments the fault still hits, 0 for all until it is
    changed.
    """

    name: str
    capacity: int = 64
    latency_ms: int = 0
    fault: str = "none"
    times: int = 0
    seconds: int = 30

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work = 0

    def as_json(self) -> dict[str, Any]:
        """Return what can be set, and how many payments are at work."""
        return {
            "name": self.name, "capacity": self.capacity, "latency_ms": self.latency_ms,
            "fault": self.fault, "times": self.times, "seconds": self.seconds,
            "at_work": self._at_work,
        }  # fmt: skip

    def change(self, wanted: dict[str, Any]) -> None:
        """Set some of it. Raises Wrong, with nothing changed."""
        for name, value in wanted.items():
            if name == "fault":
                if value not in FAULTS:
                    raise Wrong(f"fault is one of {', '.join(FAULTS)}")
            elif name not in LARGEST:
                raise Wrong(f"there is no {name} to set")
            elif type(value) is not int or not 0 <= value <= LARGEST[name]:
                raise Wrong(f"{name} is a number from 0 to {LARGEST[name]}")
        with self._lock:
            if "fault" in wanted and "times" not in wanted:
                self.times = 0
            for name, value in wanted.items():
                setattr(self, name, value)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Be at work on one payment. Raises Full."""
        with self._lock:
            if self._at_work >= self.capacity:
                raise Full
            self._at_work += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1

    def take_fault(self) -> str:
        """Return the fault that hits the next payment, and count it."""
        with self._lock:
            fault = self.fault
            if self.times:
                self.times -= 1
                if not self.times:
                    self.fault = "none"
        return fault
