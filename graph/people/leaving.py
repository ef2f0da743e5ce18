"""What is cleared away after somebody has left: each app says what it keeps of them.

It happens after the fact, by the worker: thousands of friendships have locks of their own, which
closing an account cannot hold. Until then everything that shows people leaves out who has left.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from graph.people.services import LEFT
from outbox.registry import Recorded, handle_topic

Clear = Callable[[UUID, datetime], None]
_clearing: list[Clear] = []


def clear_after(clear: Clear) -> None:
    """Have `clear(person_id, at)` called after somebody has left; it may be called again."""
    _clearing.append(clear)


def _clear(events: Sequence[Recorded], at: datetime) -> None:
    for event in events:
        for clear in _clearing:
            clear(event.key, at)


def register_handler() -> None:
    """Have the event of somebody's leaving delivered here."""
    handle_topic(LEFT, _clear)
