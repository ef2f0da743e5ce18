"""Which handler is told of which topic."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Recorded:
    """An event as handlers see it."""

    id: int
    topic: str
    key: UUID
    version: int
    payload: dict[str, Any]


@dataclass
class Later:
    """What a handler could not do yet: the events' ids and when to try again."""

    events: dict[int, datetime] = field(default_factory=dict)


class TargetAway(Exception):
    """What the handler delivers to cannot be reached at the moment; everything waits."""


Handler = Callable[[Sequence[Recorded], datetime], Later | None]
_handlers: dict[str, Handler] = {}
_in_turn: set[str] = set()


def lane_of(topic: str) -> str:
    """Return the lane of a topic: what stands before its dot."""
    return topic.partition(".")[0]


def handle_topic(topic: str, handler: Handler) -> None:
    """Register the handler of a topic; it gets batches and may meet the same event twice.

    It raises TargetAway when nobody can be told at the moment, any other error when something about
    the batch is wrong, and returns Later for events that have to wait.
    """
    if topic in _handlers:
        raise ValueError(f"Two handlers for {topic}.")
    _handlers[topic] = handler


def tell_in_turn(lane: str) -> None:
    """Have only one worker at a time deliver a lane's events: where several would wait for one
    another at the target, one with larger batches is quicker. Its handlers must not be slow over
    one event.
    """
    _in_turn.add(lane)


def is_told_in_turn(lane: str) -> bool:
    """Tell whether only one worker at a time delivers the lane's events."""
    return lane in _in_turn


def get_handler(topic: str) -> Handler:
    """Return the handler of a topic."""
    return _handlers[topic]


def list_lanes() -> list[str]:
    """Return all lanes, by name."""
    return sorted({lane_of(topic) for topic in _handlers})
