"""Recording events in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection

from outbox.after_commit import run_after_commit
from outbox.models import Event
from outbox.registry import lane_of
from outbox.wake import wake_delivery


@dataclass(frozen=True)
class NewEvent:
    """An event to be recorded: its topic, the row it speaks of, and what handlers need to know."""

    topic: str
    key: UUID
    version: int
    payload: dict[str, Any] = field(default_factory=dict)
    subjects: tuple[UUID, ...] = ()


def record(*events: NewEvent) -> None:
    """Record events; they are delivered at least once if, and only if, this transaction commits."""
    record_all(events)


def record_all(events: Iterable[NewEvent]) -> None:
    """Record many events in one statement."""
    rows = [
        Event(
            lane=lane_of(event.topic), topic=event.topic, key=event.key, version=event.version,
            subjects=list(event.subjects), payload=event.payload,
        )
        for event in events
    ]  # fmt: skip
    if not rows:
        return
    assert connection.in_atomic_block, "An event outside a transaction could be lost."
    Event.objects.bulk_create(rows)
    for lane in {row.lane for row in rows}:
        run_after_commit(partial(wake_delivery, lane))
