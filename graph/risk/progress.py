"""Saying on the standard error how far a command is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

# Where nobody watches a line move, as in a file, one is added so often.
EVERY_SECONDS = 5.0

Say = Callable[[str], None]


@contextmanager
def show_progress(first: str, *, every: float = EVERY_SECONDS) -> Iterator[Say]:
    """Show how far a command is: on a terminal in one line that changes, elsewhere in lines, the
    first at once and then the newest every few seconds. Yields what takes the newest words.
    """
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(first) as status:
            yield status.update
        return
    said = time.monotonic()
    console.out(first, highlight=False)

    def say(words: str) -> None:
        nonlocal said
        if time.monotonic() - said >= every:
            said = time.monotonic()
            console.out(words, highlight=False)

    yield say
