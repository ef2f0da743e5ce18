"""What hubs tell each other, and devices: who came and who went."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pydantic_core

from outbox.bus import PREFIX, pack, publish

# All hubs listen to it: a change goes out once, however many people are told.
TOPIC = f"{PREFIX}:presence:changes"
# Of one payload, so that the bus and the loops are never held for long.
CHANGES = 20


@dataclass(frozen=True)
class Change:
    """What some people are told of somebody."""

    frame: bytes
    viewers: list[UUID]


def make_change(
    *, person_id: UUID, status: str, last_seen: str | None, viewers: list[UUID]
) -> Change:
    """Return the change with its frame, encoded once."""
    frame = {
        "type": "event", "kind": "presence", "person": person_id, "status": status,
        "last_seen": last_seen,
    }  # fmt: skip
    return Change(pydantic_core.to_json(frame), viewers)


def publish_changes(changes: list[Change]) -> None:
    """Tell all hubs, a number of changes at a time."""
    for start in range(0, len(changes), CHANGES):
        page = changes[start : start + CHANGES]
        to = [[str(viewer) for viewer in change.viewers] for change in page]
        publish(TOPIC, pack(b"\n".join(change.frame for change in page), to=to))


def unpack_changes(header: dict[str, Any], frames: bytes) -> Iterable[Change]:
    """Return the changes of a payload."""
    for viewers, frame in zip(header["to"], frames.split(b"\n"), strict=True):
        yield Change(frame, [UUID(viewer) for viewer in viewers])
