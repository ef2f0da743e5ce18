"""Bars of progress on the standard error, one for each thing that takes its time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TimeRemainingColumn


class Bars:
    """A bar for each name, and lines of text above them."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, Any] = {}

    def show(self, name: str, done: int, total: int | None) -> None:
        """Show how much is done of the thing of that name."""
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total)
        self._progress.update(self._tasks[name], completed=done, total=total)

    def say(self, text: str) -> None:
        """Show a line."""
        self._progress.console.print(text, markup=False)


@contextmanager
def showing_bars() -> Iterator[Bars]:
    """Show bars, which vanish in the end."""
    with Progress(
        SpinnerColumn(), *Progress.get_default_columns()[:2], MofNCompleteColumn(),
        TimeRemainingColumn(), console=Console(stderr=True), transient=True,
    ) as progress:  # fmt: skip
        yield Bars(progress)
