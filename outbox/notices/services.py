"""Telling people."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pydantic_core
from django.conf import settings
from django.db import connection
from uuid_utils.compat import uuid7

from commands.arrays import column, columns
from commands.frames import show_moment
from outbox.bus import pack, person_topic, publish_all_after_commit
from outbox.notices.models import Notice

KINDS = (
    "friend.asked", "friend.accepted", "family.asked", "family.confirmed", "loan.asked",
    "loan.changed", "money.in", "card.expired", "reminder", "mention", "join.asked",
    "join.approved", "envelope.thanked", "settlement.asked", "bank.done", "bank.failed",
    "payment.asked", "dispute.changed", "tier.changed", "pin.changed", "pin.locked",
    "wallet.frozen", "wallet.unfrozen", "points.asked",
    "transfer.held", "transfer.released", "transfer.sent_back",
)  # fmt: skip


@dataclass(frozen=True)
class Tell:
    """A notice to be written: for whom, of which kind, about which person and thing, and what its
    text is taken from.
    """

    owner: UUID
    kind: str
    about: UUID | None = None
    ref: UUID | None = None
    text: str = ""
    source: UUID | None = None


# The service's own word: a debt is due, and trust burns, whoever was blocked.
UNHUSHED = ("reminder", "loan.changed")

# Arrays instead of rows: a rush tells many people at once.
WRITE = """
    INSERT INTO notices_notice (at, id, owner_id, kind, about, ref, text, source)
    SELECT %s, * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::uuid[],
                             %s::text[], %s::uuid[])
"""
# Which pairs of (owner, about) want no notice; who knows about blocks stands above this layer.
Unwanted = Callable[[set[tuple[UUID, UUID]]], set[tuple[UUID, UUID]]]
_unwanted: list[Unwanted] = []


def leave_out(unwanted: Unwanted) -> None:
    """Register who does not hear about whom; so no caller can forget to ask."""
    _unwanted.append(unwanted)


def notify(*notices: Tell, at: datetime) -> None:
    """Write notices in this transaction and push them to connected devices after it."""
    notify_all(notices, at=at)


def notify_all(notices: Iterable[Tell], *, at: datetime) -> None:
    """Write many notices in one statement; nobody is told about somebody they have
    blocked, except by the service itself.
    """
    wanted = _wanted(list(notices))
    if unknown := {tell.kind for tell in wanted}.difference(KINDS):
        raise ValueError(f"There is no notice of kind {', '.join(unknown)}.")
    if not wanted:
        return
    ids = [uuid7() for _ in wanted]
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                at, column(ids),
                *columns(wanted, "owner", "kind", "about", "ref", "text", "source"),
            ],
        )  # fmt: skip
    publish_all_after_commit(
        [
            (person_topic(tell.owner), _frame(one, tell, at))
            for one, tell in zip(ids, wanted, strict=True)
        ]
    )


def _frame(notice_id: UUID, tell: Tell, at: datetime) -> bytes:
    shown = _show(notice_id, tell.kind, tell.about, tell.ref, tell.text, at)
    return pack(pydantic_core.to_json({"type": "event", "kind": "notice", "notice": shown}))


def _wanted(notices: list[Tell]) -> list[Tell]:
    personal = [tell for tell in notices if tell.about and tell.kind not in UNHUSHED]
    pairs = {(tell.owner, tell.about) for tell in personal if tell.about}
    if not pairs:
        return notices
    hushed = set().union(*(unwanted(pairs) for unwanted in _unwanted))
    left_out = {id(tell) for tell in personal if (tell.owner, tell.about) in hushed}
    return [tell for tell in notices if id(tell) not in left_out]


def reword(*, source: UUID, text: str) -> None:
    """Have the notices whose text is taken from something say what it says now."""
    Notice.objects.filter(source=source).update(text=text)


def forget_old_notices(*, at: datetime) -> int:
    """Delete the notices that are older than half a year; return how many."""
    before = at - timedelta(days=settings.NOTICE_KEEP_DAYS)
    forgotten, _ = Notice.objects.filter(at__lt=before).delete()
    return forgotten


def show_notice(notice: Notice) -> dict[str, Any]:
    """Return the notice as clients see it."""
    return _show(notice.id, notice.kind, notice.about, notice.ref, notice.text, notice.at)


def _show(
    notice_id: UUID, kind: str, about: UUID | None, ref: UUID | None, text: str, at: datetime
) -> dict[str, Any]:
    return {
        "id": str(notice_id),
        "kind": kind,
        "person": str(about) if about else None,
        "ref": str(ref) if ref else None,
        "text": text,
        "at": show_moment(at),
    }
