"""Commands made for a test: what they do is a function of the test's own."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from commands.frames import Amount, Command, Currency, Moment, Pin, Result, Text
from commands.registry import Caller, Registration


class Pay(Command):
    type: Literal["test.pay", "test.lend"]
    amount: Amount
    currency: Currency = "CNY"
    note: Text = ""
    when: Moment | None = None
    parts: dict[str, dict[str, int]] = {}
    pin: Pin | None = None
    password: Text | None = None


class Paid(Result):
    amount: int
    count: int
    at: Moment


class Counted:
    """A handler that counts how often it was carried out, and does what the test says."""

    def __init__(self, step: Callable[[int], object] = lambda count: None) -> None:
        self.count = 0
        self._step = step

    def __call__(self, command: Pay, caller: Caller, *prepared: object) -> Paid:
        self.count += 1
        self._step(self.count)
        return Paid(amount=command.amount, count=self.count, at=caller.at)


def registered(handler: Callable[..., Any], **how: Any) -> Registration:
    """Return the registration of a command that only this test knows."""
    terms = {"name": "test.pay", "keyed": True, "money": True, **how}
    return Registration(
        model=Pay, result=Paid, handler=handler, family="Test", summary="Pay.", **terms
    )


def result(amount: int, count: int, at: datetime) -> dict[str, object]:
    """Return what the command answers."""
    shown = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"amount": amount, "count": count, "at": shown}
