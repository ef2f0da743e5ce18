"""Telling people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pydantic_core
from uuid_utils.compat import uuid7

from commands.frames import show_moment
from outbox.bus import pack, person_topic, publish_after_commit
from outbox.notices.models import Notice

KINDS = (
    "friend.asked", "friend.accepted", "loan.asked", "money.in", "card.expired", "reminder",
    "mention",
)  # fmt: skip


@dataclass(frozen=True)
class Tell:
    """A notice to be written: for whom, of which kind, about which person and thing."""

    owner: UUID
    kind: str
    about: UUID | None = None
    ref: UUID | None = None
    text: str = ""


def notify(*notices: Tell, at: datetime) -> None:
    """Write notices in this transaction and push them to connected devices after it."""
    notify_all(notices, at=at)


def notify_all(notices: Iterable[Tell], *, at: datetime) -> None:
    """Write many notices in one statement."""
    rows = []
    for tell in notices:
        if tell.kind not in KINDS:
            raise ValueError(f"There is no notice of kind {tell.kind}.")
        rows.append(
            Notice(
                id=uuid7(),
                owner_id=tell.owner,
                kind=tell.kind,
                about=tell.about,
                ref=tell.ref,
                text=tell.text,
                at=at,
            )
        )
    Notice.objects.bulk_create(rows)
    for row in rows:
        frame = {"type": "event", "kind": "notice", "notice": show_notice(row)}
        publish_after_commit(person_topic(row.owner_id), pack(pydantic_core.to_json(frame)))


def show_notice(notice: Notice) -> dict[str, Any]:
    """Return the notice as clients see it."""
    return {
        "id": str(notice.id),
        "kind": notice.kind,
        "person": str(notice.about) if notice.about else None,
        "ref": str(notice.ref) if notice.ref else None,
        "text": notice.text,
        "at": show_moment(notice.at),
    }
