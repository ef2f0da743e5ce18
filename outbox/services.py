"""Recording events in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import pydantic_core
from django.db import connection

from commands.arrays import column, columns
from outbox.after_commit import run_after_commit
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


RECORD = """
    INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
    SELECT x.lane, x.topic, x.key, x.version, x.subjects::uuid[], x.payload::jsonb
    FROM unnest(%s::text[], %s::text[], %s::uuid[], %s::bigint[], %s::text[], %s::text[])
         AS x (lane, topic, key, version, subjects, payload)
"""


def record(*events: NewEvent) -> None:
    """Record events; they are delivered at least once if, and only if, this transaction commits."""
    record_all(events)


def record_all(events: Iterable[NewEvent]) -> None:
    """Record many events in one statement."""
    rows = list(events)
    if not rows:
        return
    assert connection.in_atomic_block, "An event outside a transaction could be lost."
    lanes = [lane_of(event.topic) for event in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            [
                column(lanes), *columns(rows, "topic", "key", "version"),
                column(column(event.subjects) for event in rows),
                column(pydantic_core.to_json(event.payload).decode() for event in rows),
            ],
        )  # fmt: skip
    for lane in set(lanes):
        run_after_commit(partial(wake_delivery, lane))
