"""Making rooms, and the coming and going of their members."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from chat.rooms import selectors
from chat.rooms.errors import LastOwner, RoomForbidden, RoomFull, RoomNotFound
from chat.rooms.events import (
    Written,
    append_events,
    make_event,
    publish_entered,
    publish_own,
    publish_passing,
)
from chat.rooms.locks import Locked, lock_room, other_owner_exists
from chat.rooms.models import Kind, Member, Role, Room
from chat.rooms.roll import roll
from graph.friends.selectors import require_friends
from graph.people.models import Person
from graph.people.selectors import get_people
from outbox.after_commit import run_after_commit


def create_group(*, name: str, owner_id: UUID, others: Iterable[UUID], at: datetime) -> UUID:
    """Make a group of the owner and friends of theirs; return its id.

    Raises PersonNotFound, NotFriends and RoomFull.
    """
    guests = _without(others, owner_id)
    _refuse_crowd(len(guests) + 1)
    people = get_people(person_ids=[owner_id, *guests])
    require_friends(person_id=owner_id, others=guests)
    with transaction.atomic():
        room = Room.objects.create(id=uuid7(), kind=Kind.GROUP, name=name, created_at=at)
        _join(room.id, [people[owner_id]], by=owner_id, role=Role.OWNER, at=at)
        if guests:
            _join(room.id, [people[guest] for guest in guests], by=owner_id, at=at)
    return room.id


def open_direct(*, person_id: UUID, other: UUID, at: datetime) -> UUID:
    """Return the room of two friends, made if there was none. Raises PersonNotFound and
    NotFriends.
    """
    people = get_people(person_ids=[person_id, other])
    key = ":".join(sorted((str(person_id), str(other))))
    existing = Room.objects.filter(direct_key=key).values_list("id", flat=True)
    if room_id := existing.first():
        return room_id
    require_friends(person_id=person_id, others=[other])
    with transaction.atomic():
        room = Room(id=uuid7(), kind=Kind.DIRECT, direct_key=key, created_at=at)
        # Both may open it at once: the constraint lets one in, and the other finds that one.
        Room.objects.bulk_create([room], ignore_conflicts=True)
        room_id = existing.get()
        if room_id == room.id:
            _join(room_id, [people[person_id], people[other]], by=person_id, at=at)
    return room_id


def _without(people: Iterable[UUID], person_id: UUID) -> list[UUID]:
    # In the order in which they were named, each once.
    return [person for person in dict.fromkeys(people) if person != person_id]


def _refuse_crowd(count: int) -> None:
    if count > settings.ROOM_MEMBERS:
        raise RoomFull(most=settings.ROOM_MEMBERS)


def _join(
    room_id: UUID,
    people: list[Person],
    *,
    by: UUID,
    at: datetime,
    role: Role = Role.MEMBER,
    via: str | None = None,
) -> None:
    """Let people in, each with an event of their own; its number is where they begin to see the
    room.
    """
    locked = lock_room(room_id=room_id, person_id=None, events=len(people))
    members, events = [], []
    for person in people:
        seq = locked.take()
        members.append(
            Member(
                room_id=room_id, person_id=person.id, role=role, joined_seq=seq, read_seq=seq,
                left_seq=None, was_removed=False,
            )
        )  # fmt: skip
        members[-1].person = person
        events.append(_member_event("member.joined", locked, seq, members[-1], by, at, via=via))
    Member.objects.bulk_create(
        members, update_conflicts=True, unique_fields=["room_id", "person_id"],
        update_fields=["role", "joined_seq", "left_seq", "was_removed", "read_seq"],
    )  # fmt: skip
    append_events(*events)
    shown = selectors.describe_room_to(room_id=room_id, people=[person.id for person in people])
    for person_id, room in shown.items():
        publish_entered(person_id, room)


def describe_member(member: Member) -> dict[str, Any]:
    """Return a member as clients see it."""
    return {
        "person": str(member.person_id),
        "username": member.person.username,
        "name": member.person.name,
        "role": str(member.role),
        "joined_seq": member.joined_seq,
    }


def _member_event(
    kind: str,
    locked: Locked,
    seq: int,
    member: Member,
    by: UUID,
    at: datetime,
    *,
    via: str | None = None,
) -> Written:
    fields: dict[str, Any] = {"member": describe_member(member)}
    if via is not None:
        fields["via"] = via
    return make_event(
        room_id=locked.room_id, seq=seq, kind=kind, by=by, at=at, fields=fields,
        left=member.person_id if kind == "member.left" else None,
    )  # fmt: skip


def invite(*, room_id: UUID, person_id: UUID, others: Iterable[UUID], at: datetime) -> UUID:
    """Add friends to a group at once; who is in it already stays.

    Raises RoomNotFound, RoomForbidden (a direct room), PersonNotFound, NotFriends and RoomFull.
    """
    guests = _without(others, person_id)
    people = get_people(person_ids=guests)
    require_friends(person_id=person_id, others=guests)
    with transaction.atomic():
        _require_group(lock_room(room_id=room_id, person_id=person_id, events=0))
        inside = selectors.member_ids(room_id=room_id)
        fresh = [people[guest] for guest in guests if guest not in inside]
        _refuse_crowd(len(inside) + len(fresh))
        if fresh:
            _join(room_id, fresh, by=person_id, at=at)
    return room_id


def let_in(*, locked: Locked, person_id: UUID, by: UUID, at: datetime) -> None:
    """Let somebody into a locked group without a friend in it, as the one by whose link they came
    or who approved them; who is in it already stays.

    Raises PersonNotFound and RoomFull.
    """
    person = get_people(person_ids=[person_id])[person_id]
    inside = selectors.member_ids(room_id=locked.room_id)
    if person_id not in inside:
        _refuse_crowd(len(inside) + 1)
        _join(locked.room_id, [person], by=by, at=at, via="invite")


def _require_group(locked: Locked) -> None:
    if locked.kind != Kind.GROUP:
        raise RoomForbidden()


def remove(*, room_id: UUID, person_id: UUID, other: UUID, at: datetime) -> None:
    """Remove a member: admins remove members, owners anybody else.

    Raises RoomNotFound (also when the other is not in it) and RoomForbidden.
    """
    with transaction.atomic():
        locked = lock_room(room_id=room_id, person_id=person_id)
        _require_group(locked)
        member = _get_member(room_id, other)
        outranks = locked.role == Role.OWNER or (
            locked.role == Role.ADMIN and member.role == Role.MEMBER
        )
        if not outranks or person_id == other:
            raise RoomForbidden()
        _go(locked, member, by=person_id, at=at)


def leave(*, room_id: UUID, person_id: UUID, at: datetime) -> None:
    """Leave a group. Raises RoomNotFound, RoomForbidden (a direct room) and LastOwner."""
    with transaction.atomic():
        locked = lock_room(room_id=room_id, person_id=person_id)
        _require_group(locked)
        alone = len(selectors.member_ids(room_id=room_id)) == 1
        if locked.role == Role.OWNER and not alone:
            _require_other_owner(room_id, person_id)
        _go(locked, _get_member(room_id, person_id), by=person_id, at=at)


def _require_other_owner(room_id: UUID, person_id: UUID) -> None:
    if not other_owner_exists(room_id=room_id, person_id=person_id):
        raise LastOwner()


def _get_member(room_id: UUID, person_id: UUID) -> Member:
    rows = Member.objects.filter(room_id=room_id, person_id=person_id, left_seq=None)
    member = rows.select_related("person").first()
    if member is None:
        raise RoomNotFound()
    return member


def _go(locked: Locked, member: Member, *, by: UUID, at: datetime) -> None:
    seq = locked.take()
    append_events(_member_event("member.left", locked, seq, member, by, at))
    rows = Member.objects.filter(room_id=locked.room_id, person_id=member.person_id)
    rows.update(left_seq=seq, was_removed=by != member.person_id)
    run_after_commit(partial(roll.forget, locked.room_id))


def dissolve(*, room_id: UUID, person_id: UUID, at: datetime) -> None:
    """End a group for everybody; its last event says so. Raises RoomNotFound and RoomForbidden
    (anybody but an owner, a direct room).
    """
    with transaction.atomic():
        locked = lock_room(room_id=room_id, person_id=person_id)
        _require_group(locked)
        if locked.role != Role.OWNER:
            raise RoomForbidden()
        seq = locked.take()
        Room.objects.filter(id=room_id).update(dissolved_at=at)
        append_events(
            make_event(
                room_id=room_id, seq=seq, kind="room.dissolved", by=person_id, at=at, fields={},
                closes=True,
            )
        )  # fmt: skip
        Member.objects.filter(room_id=room_id, left_seq=None).update(left_seq=seq)
        run_after_commit(partial(roll.forget, room_id))


def rename(*, room_id: UUID, person_id: UUID, name: str, at: datetime) -> None:
    """Give a group another name. Raises RoomNotFound and RoomForbidden (plain members, a direct
    room).
    """
    with transaction.atomic():
        locked = lock_room(room_id=room_id, person_id=person_id)
        _require_group(locked)
        if locked.role == Role.MEMBER:
            raise RoomForbidden()
        Room.objects.filter(id=room_id).update(name=name)
        append_events(
            make_event(
                room_id=room_id, seq=locked.take(), kind="room.changed", by=person_id, at=at,
                fields={"name": name},
            )
        )  # fmt: skip


def set_role(*, room_id: UUID, person_id: UUID, other: UUID, role: str, at: datetime) -> Member:
    """Change a member's role. Raises RoomNotFound, RoomForbidden (anybody but an owner) and
    LastOwner.
    """
    with transaction.atomic():
        locked = lock_room(room_id=room_id, person_id=person_id)
        _require_group(locked)
        if locked.role != Role.OWNER:
            raise RoomForbidden()
        member = _get_member(room_id, other)
        if member.role == Role.OWNER and role != Role.OWNER:
            _require_other_owner(room_id, other)
        member.role = role
        Member.objects.filter(room_id=room_id, person_id=other).update(role=role)
        seq = locked.take()
        append_events(_member_event("member.changed", locked, seq, member, person_id, at))
    return member


def mute(*, room_id: UUID, person_id: UUID, on: bool) -> None:
    """Hear of a room only when mentioned, or of everything again. Raises RoomNotFound."""
    selectors.access_room(room_id=room_id, person_id=person_id)
    Member.objects.filter(room_id=room_id, person_id=person_id).update(muted=on)


def mark_read(*, room_id: UUID, person_id: UUID, seq: int) -> None:
    """Remember up to where the person has read; it only moves forward. Raises RoomNotFound."""
    member = selectors.access_room(room_id=room_id, person_id=person_id)
    seq = min(seq, member.room.last_seq)
    moved = Member.objects.filter(room_id=room_id, person_id=person_id, read_seq__lt=seq)
    if not moved.update(read_seq=seq):
        return
    if member.read_marks:
        hidden = selectors.list_without_read_marks(room_id=room_id)
        publish_passing(room_id, "read", hidden_from=hidden, person=person_id, seq=seq)
    else:
        # One's other devices count with it all the same.
        publish_own(person_id, "read", room=room_id, person=person_id, seq=seq)


def switch_read_marks(*, room_id: UUID, person_id: UUID, on: bool) -> None:
    """Tell the others how far one reads and be told how far they do, or neither. Raises
    RoomNotFound.
    """
    selectors.access_room(room_id=room_id, person_id=person_id)
    Member.objects.filter(room_id=room_id, person_id=person_id).update(read_marks=on)


def show_typing(*, room_id: UUID, person_id: UUID, on: bool) -> None:
    """Let the room see that the person is typing. Raises RoomNotFound."""
    selectors.access_room(room_id=room_id, person_id=person_id)
    publish_passing(room_id, "typing", person=person_id, on=on)
