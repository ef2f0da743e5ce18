"""Making links, coming in by them, and letting people in.

Whatever is written here is written under the lock of the room, so that the last use of a link, the
last place in a room and a decision are each taken once.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from uuid_utils.compat import uuid7

from chat.invites import selectors
from chat.invites.errors import (
    InviteNotFound,
    JoinRequestDecided,
    JoinRequestNotFound,
    JoinRequestRefused,
    TooManyInvites,
    TooManyJoinRequests,
)
from chat.invites.locks import lock_managed_room, lock_room_of_invite
from chat.invites.models import Invite, JoinRequest, Status
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.selectors import manager_ids, was_removed
from chat.rooms.services import let_in
from outbox.notices.services import Tell, notify, notify_all


def create(
    *,
    room_id: UUID,
    person_id: UUID,
    expires_in: timedelta,
    uses: int | None,
    needs_approval: bool,
    at: datetime,
) -> Invite:
    """Make a link into a group, as one of its owners or admins.

    Raises RoomNotFound, RoomForbidden and TooManyInvites.
    """
    with transaction.atomic():
        lock_managed_room(room_id=room_id, person_id=person_id)
        if selectors.usable(room_id=room_id, at=at).count() >= settings.ROOM_INVITES:
            raise TooManyInvites(most=settings.ROOM_INVITES)
        return Invite.objects.create(
            id=uuid7(), room_id=room_id, maker_id=person_id, needs_approval=needs_approval,
            uses_left=uses, created_at=at, expires_at=at + expires_in,
        )  # fmt: skip


def revoke(*, invite_id: UUID, person_id: UUID, at: datetime) -> Invite:
    """Let a link lead nowhere any more; who waits to be let in by it goes on waiting. Raises
    InviteNotFound.
    """
    invite = selectors.working(at=at).filter(id=invite_id).first()
    if invite is None:
        raise InviteNotFound()
    with transaction.atomic():
        _lock_or_raise(invite.room_id, person_id, InviteNotFound())
        invite.refresh_from_db()
        invite.revoked_at = invite.revoked_at or at
        invite.save(update_fields=["revoked_at"])
    return invite


def _lock_or_raise(room_id: UUID, person_id: UUID, refusal: Exception) -> None:
    try:
        lock_managed_room(room_id=room_id, person_id=person_id)
    except (RoomNotFound, RoomForbidden):
        raise refusal from None


def use(*, token: str, person_id: UUID, at: datetime) -> tuple[UUID, str]:
    """Come into a group by a link, or ask to be let in; return the room and "joined" or "pending".

    Each person who joins or asks takes one use. Who was removed has to ask even where others need
    not. Raises InviteNotFound, RoomFull, JoinRequestRefused and TooManyJoinRequests.
    """
    found = selectors.find_working(token=token, person_id=person_id, at=at)
    with transaction.atomic():
        locked = lock_room_of_invite(room_id=found.room_id)
        # Read again under the lock: it may have been revoked or used up while we waited.
        invite = selectors.find_working(token=token, person_id=person_id, at=at)
        room_id = invite.room_id
        standing = selectors.standing_of(room_id=room_id, person_id=person_id, at=at)
        if standing == "member":
            return room_id, "joined"
        if standing == "pending":
            return room_id, "pending"
        if standing == "refused":
            raise JoinRequestRefused()
        _take_use(invite)
        if invite.needs_approval or was_removed(room_id=room_id, person_id=person_id):
            _ask(invite, person_id, at)
            return room_id, "pending"
        let_in(locked=locked, person_id=person_id, by=invite.maker_id, at=at)
    return room_id, "joined"


def _take_use(invite: Invite) -> None:
    if invite.uses_left == 0:
        raise InviteNotFound()
    Invite.objects.filter(id=invite.id).update(uses_left=F("uses_left") - 1)


def _ask(invite: Invite, person_id: UUID, at: datetime) -> None:
    waiting = JoinRequest.objects.filter(room_id=invite.room_id, status=Status.PENDING)
    if waiting.count() >= settings.ROOM_JOIN_REQUESTS:
        raise TooManyJoinRequests()
    JoinRequest.objects.create(
        id=uuid7(), room_id=invite.room_id, person_id=person_id, invite=invite, at=at
    )
    notify_all(
        (
            Tell(
                manager, "join.asked", about=person_id, ref=invite.room_id, text=invite.room.name
            )
            for manager in manager_ids(room_id=invite.room_id)
        ),
        at=at,
    )  # fmt: skip


def approve(*, request_id: UUID, person_id: UUID, at: datetime) -> JoinRequest:
    """Let in who asked. Raises JoinRequestNotFound, JoinRequestDecided and RoomFull."""
    with transaction.atomic():
        request = _lock_request(request_id, person_id)
        if request.status == Status.APPROVED:
            return request
        if request.status == Status.REFUSED:
            raise JoinRequestDecided(status=str(request.status))
        locked = lock_room_of_invite(room_id=request.room_id)
        let_in(locked=locked, person_id=request.person_id, by=person_id, at=at)
        _decide(request, Status.APPROVED, person_id, at)
        name = request.room.name
        notify(
            Tell(
                request.person_id, "join.approved", about=person_id, ref=request.room_id, text=name
            ),
            at=at,
        )
    return request


def refuse(*, request_id: UUID, person_id: UUID, at: datetime) -> JoinRequest:
    """Do not let in who asked; they may ask again after some days. Raises JoinRequestNotFound and
    JoinRequestDecided.
    """
    with transaction.atomic():
        request = _lock_request(request_id, person_id)
        if request.status == Status.APPROVED:
            raise JoinRequestDecided(status=str(request.status))
        if request.status == Status.PENDING:
            _decide(request, Status.REFUSED, person_id, at)
    return request


def _lock_request(request_id: UUID, person_id: UUID) -> JoinRequest:
    room_id = selectors.room_of_request(request_id=request_id)
    _lock_or_raise(room_id, person_id, JoinRequestNotFound())
    return JoinRequest.objects.select_related("person", "room").get(id=request_id)


def _decide(request: JoinRequest, status: Status, person_id: UUID, at: datetime) -> None:
    request.status = status
    request.decided_at = at
    request.decided_by_id = person_id
    request.save(update_fields=["status", "decided_at", "decided_by_id"])


def forget_old(*, at: datetime) -> int:
    """Delete links that ended a month ago with their requests, and requests that waited as long;
    return how many links.
    """
    before = at - timedelta(days=settings.INVITE_KEEP_DAYS)
    JoinRequest.objects.filter(at__lt=before).delete()
    _, deleted = Invite.objects.filter(expires_at__lt=before).delete()
    return deleted.get("invites.Invite", 0)
