"""Letting apps above know that somebody has signed in by a new device."""

from collections.abc import Callable

_told: list[Callable[[], None]] = []


def on_sign_in(step: Callable[[], None]) -> None:
    """Have the step run with each sign-in, in its transaction if it has one."""
    _told.append(step)


def tell_sign_in() -> None:
    """Run what others have asked for."""
    for step in _told:
        step()
