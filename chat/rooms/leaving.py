"""Leaving the service: groups are left, but none without an owner."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from chat.rooms.errors import LastOwner
from chat.rooms.models import Kind, Member, Role
from chat.rooms.services import leave
from wallet.closing.errors import StillOpen
from wallet.closing.parts import Part


def _groups_of(person_id: UUID) -> Any:
    return Member.objects.filter(
        person_id=person_id, left_seq=None, room__kind=Kind.GROUP, room__dissolved_at=None
    )


def _list_open(person_id: UUID) -> list[dict[str, Any]]:
    others = Member.objects.filter(room_id=OuterRef("room_id"), left_seq=None).exclude(
        person_id=person_id
    )
    orphaned = _groups_of(person_id).filter(Exists(others), role=Role.OWNER)
    count = orphaned.exclude(Exists(others.filter(role=Role.OWNER))).count()
    return [{"kind": "group", "currency": None, "amount": None, "count": count}] if count else []


def _leave(person_id: UUID, at: datetime) -> None:
    groups = _groups_of(person_id).order_by("room_id").values_list("room_id", flat=True)
    for room_id in list(groups):
        try:
            leave(room_id=room_id, person_id=person_id, at=at)
        except LastOwner as refusal:
            # The other owner went first, since we looked.
            raise StillOpen(open=_list_open(person_id)) from refusal


ROOMS = Part(list_open=_list_open, leave=_leave)
