"""Reading reports, and what a report keeps of the thing it is about."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from chat.messages.selectors import get_shown
from chat.reports.errors import ReportsYourself
from chat.reports.models import About, Reason, Report
from chat.rooms.selectors import access_room, member_ids
from commands.pages import newest_first
from graph.people.selectors import get_person


def take_snapshot(*, about: About, ref: UUID, person_id: UUID) -> dict[str, Any]:
    """Return what the person sees of a thing now.

    Raises MessageNotFound, RoomNotFound, PersonNotFound, and ReportsYourself.
    """
    match about:
        case About.MESSAGE:
            return _message(ref, person_id)
        case About.PERSON:
            if ref == person_id:
                raise ReportsYourself()
            return {"person": get_person(person_id=ref).describe()}
        case About.ROOM:
            return {"room": _room(ref, person_id)}


def _message(message_id: UUID, person_id: UUID) -> dict[str, Any]:
    message = get_shown(message_id=message_id, person_id=person_id)
    author_id = UUID(message["author"])
    if author_id == person_id:
        raise ReportsYourself()
    author = get_person(person_id=author_id).describe()
    return {
        "message": message, "person": author, "room": _room(UUID(message["room"]), person_id),
    }  # fmt: skip


def _room(room_id: UUID, person_id: UUID) -> dict[str, Any]:
    room = access_room(room_id=room_id, person_id=person_id).room
    members = len(member_ids(room_id=room_id))
    return {"id": str(room.id), "kind": room.kind, "name": room.name, "members": members}


def list_reports(*, is_closed: bool, before: UUID | None, limit: int) -> tuple[list[Report], bool]:
    """Return a page of the open or the closed reports, newest first, and whether there are more."""
    rows = Report.objects.filter(closed_at__isnull=not is_closed).select_related("reporter")
    return newest_first(rows, before=before, limit=limit)


def count_reporters(people: Collection[UUID], since: datetime, until: datetime) -> dict[UUID, int]:
    """Return how many people have reported each of these people for fraud in a time."""
    rows = Report.objects.filter(
        about=About.PERSON, ref__in=people, reason=Reason.FRAUD, at__gt=since, at__lte=until
    )
    return dict(rows.values_list("ref").annotate(Count("reporter", distinct=True)))
