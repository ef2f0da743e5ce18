"""Reading invites and requests."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from chat.invites.errors import InviteNotFound, JoinRequestNotFound
from chat.invites.models import Invite, JoinRequest, Status
from chat.invites.tokens import read_token
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.models import Kind, Member, Role
from chat.rooms.selectors import access_room, is_member, member_ids
from graph.friends.selectors import blocked_between

REQUESTS_SHOWN = 200


@dataclass(frozen=True)
class Look:
    """What a link shows to who has not joined: the room, and how they stand with it.

    `standing` is "member", "pending", "refused" or "".
    """

    invite: Invite
    members: int
    standing: str


def working(*, at: datetime) -> QuerySet[Invite]:
    """Return the links that still lead somewhere, also those that were used up."""
    manages = Member.objects.filter(
        room_id=OuterRef("room_id"), person_id=OuterRef("maker_id"), left_seq=None
    ).exclude(role=Role.MEMBER)
    rows = Invite.objects.filter(
        Exists(manages), revoked_at=None, expires_at__gt=at, room__dissolved_at=None
    )
    return rows.select_related("room", "maker")


def find_working(*, token: str, person_id: UUID | None, at: datetime) -> Invite:
    """Return the link that the token is of. Raises InviteNotFound, also when its maker and the
    person have nothing to do with each other by a block.
    """
    invite_id = read_token(token)
    invite = working(at=at).filter(id=invite_id).first() if invite_id else None
    if invite is None:
        raise InviteNotFound()
    if person_id and blocked_between(one=invite.maker_id, other=person_id):
        raise InviteNotFound()
    return invite


def standing_of(*, room_id: UUID, person_id: UUID, at: datetime) -> str:
    """Return how somebody stands with a room: "member", "pending", "refused" or ""."""
    if is_member(room_id=room_id, person_id=person_id):
        return "member"
    since = at - timedelta(days=settings.JOIN_AGAIN_DAYS)
    requests = JoinRequest.objects.filter(room_id=room_id, person_id=person_id)
    fresh = requests.filter(Q(status=Status.PENDING) | Q(status=Status.REFUSED, at__gt=since))
    newest = fresh.order_by("-id").values_list("status", flat=True).first()
    return str(newest) if newest else ""


def look(*, token: str, person_id: UUID | None, at: datetime) -> Look:
    """Return what a link shows. Raises InviteNotFound, also for one that others have used up."""
    invite = find_working(token=token, person_id=person_id, at=at)
    standing = ""
    if person_id:
        standing = standing_of(room_id=invite.room_id, person_id=person_id, at=at)
    if invite.uses_left == 0 and not standing:
        raise InviteNotFound()
    return Look(invite, len(member_ids(room_id=invite.room_id)), standing)


def access_managed(*, room_id: UUID, person_id: UUID) -> Member:
    """Return the membership of an owner or admin of a group. Raises RoomNotFound and
    RoomForbidden.
    """
    member = access_room(room_id=room_id, person_id=person_id)
    if member.room.kind != Kind.GROUP or member.role == Role.MEMBER:
        raise RoomForbidden()
    return member


def list_invites(*, room_id: UUID, person_id: UUID, at: datetime) -> list[Invite]:
    """Return a room's working links, newest first, to its owners and admins. Raises RoomNotFound
    and RoomForbidden.
    """
    access_managed(room_id=room_id, person_id=person_id)
    return list(usable(room_id=room_id, at=at).order_by("-id"))


def usable(*, room_id: UUID, at: datetime) -> QuerySet[Invite]:
    """Return a room's working links that are not used up."""
    return working(at=at).filter(room_id=room_id).exclude(uses_left=0)


def access_invite(*, invite_id: UUID, person_id: UUID, at: datetime) -> Invite:
    """Return a working link to an owner or admin of its room. Raises InviteNotFound."""
    invite = working(at=at).filter(id=invite_id).first()
    try:
        if invite is None:
            raise InviteNotFound()
        access_managed(room_id=invite.room_id, person_id=person_id)
    except (RoomNotFound, RoomForbidden):
        raise InviteNotFound() from None
    return invite


def list_requests(*, room_id: UUID, person_id: UUID) -> list[JoinRequest]:
    """Return who waits to be let in, who has waited longest first. Raises RoomNotFound and
    RoomForbidden.
    """
    access_managed(room_id=room_id, person_id=person_id)
    rows = JoinRequest.objects.filter(room_id=room_id, status=Status.PENDING)
    # Somebody may have been added by a friend meanwhile.
    rows = rows.exclude(person_id__in=member_ids(room_id=room_id))
    return list(rows.select_related("person").order_by("id")[:REQUESTS_SHOWN])


def room_of_request(*, request_id: UUID) -> UUID:
    """Return the room into which a request asks to come. Raises JoinRequestNotFound."""
    room_id = JoinRequest.objects.filter(id=request_id).values_list("room_id", flat=True).first()
    if room_id is None:
        raise JoinRequestNotFound()
    return room_id
