"""Wire commands about links into groups."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from django.conf import settings
from pydantic import Field

from chat.invites import selectors, services
from chat.invites.errors import (
    InviteNotFound,
    JoinRequestDecided,
    JoinRequestNotFound,
    JoinRequestRefused,
    TooManyInvites,
    TooManyJoinRequests,
)
from chat.invites.models import Invite, JoinRequest
from chat.invites.tokens import make_token
from chat.rooms import shapes
from chat.rooms.commands import InRoom
from chat.rooms.errors import RoomForbidden, RoomFull, RoomNotFound
from chat.rooms.selectors import describe_room
from commands.frames import Command, Id, Moment, Result, Text
from commands.registry import Caller, Reference, handles
from graph.people.commands import PersonShown

FAMILY = "Invite links"
Token = Annotated[Text, Field(min_length=1, max_length=100)]
WEEK = 7 * 24 * 3600


class CreateInvite(InRoom):
    type: Literal["invite.create"]
    expires_in: Annotated[
        int, Field(ge=60, le=settings.INVITE_SECONDS, description="Seconds; a week unless given.")
    ] = WEEK
    uses: Annotated[int, Field(ge=1, le=settings.ROOM_MEMBERS)] | None = None
    needs_approval: bool = False


class ListInvites(InRoom):
    type: Literal["invite.list"]


class RevokeInvite(Command):
    type: Literal["invite.revoke"]
    invite: Id


class LookAtInvite(Command):
    type: Literal["invite.look"]
    token: Token


class UseInvite(Command):
    type: Literal["invite.use"]
    token: Token


class ListRequests(InRoom):
    type: Literal["join_request.list"]


class ApproveRequest(Command):
    type: Literal["join_request.approve"]
    join_request: Id


class RefuseRequest(Command):
    type: Literal["join_request.refuse"]
    join_request: Id


class InviteShown(Result):
    """A link; `url` is where it leads, `uses_left` null when there is no bound but the room's."""

    id: Id
    room: Id
    by: Id
    token: str
    url: str
    needs_approval: bool
    uses_left: int | None
    at: Moment
    expires_at: Moment

    @classmethod
    def of(cls, invite: Invite) -> "InviteShown":
        """Show a link to who may hand it out."""
        token = make_token(invite.id)
        return cls(
            id=invite.id, room=invite.room_id, by=invite.maker_id, token=token,
            url=f"{settings.PAGE_URL}/join/{token}", needs_approval=invite.needs_approval,
            uses_left=invite.uses_left, at=invite.created_at, expires_at=invite.expires_at,
        )  # fmt: skip


class OneInvite(Result):
    invite: InviteShown


class Invites(Result):
    invites: list[InviteShown]


class RoomAhead(Result):
    """A room as one sees it before joining."""

    room: Id
    name: str
    members: int


class Ahead(Result):
    """What a link leads to; `standing` is how you stand with the room: member, pending, refused, or
    empty.
    """

    room: RoomAhead
    by: PersonShown
    needs_approval: bool
    expires_at: Moment
    standing: Literal["member", "pending", "refused", ""]


class Used(Result):
    """Whether you are in, or wait to be let in; `room` is null while you wait."""

    status: Literal["joined", "pending"]
    room: shapes.Room | None


class RequestShown(Result):
    id: Id
    room: Id
    person: PersonShown
    status: Literal["pending", "approved", "refused"]
    at: Moment

    @classmethod
    def of(cls, request: JoinRequest) -> "RequestShown":
        """Show a request to who decides on it."""
        return cls.model_validate(
            {
                "id": request.id, "room": request.room_id, "at": request.at,
                "person": PersonShown.of(request.person), "status": str(request.status),
            }
        )  # fmt: skip


class OneRequest(Result):
    join_request: RequestShown


class Requests(Result):
    join_requests: list[RequestShown]


def _keep(result: OneInvite) -> dict[str, Any]:
    # The secret of a link is kept nowhere, so neither in an answer.
    return {"invite": str(result.invite.id)}


def _retell(kept: Any, caller: Caller) -> OneInvite:
    return OneInvite(invite=InviteShown.of(Invite.objects.get(id=kept["invite"])))


@handles(
    CreateInvite, result=OneInvite, family=FAMILY, reference=Reference(_keep, _retell),
    may_refuse=[RoomNotFound, RoomForbidden, TooManyInvites],
)  # fmt: skip
def create_invite(command: CreateInvite, caller: Caller) -> OneInvite:
    """Make a link into a group, as its owner or an admin."""
    invite = services.create(
        room_id=command.room, person_id=caller.person, uses=command.uses,
        expires_in=timedelta(seconds=command.expires_in), at=caller.at,
        needs_approval=command.needs_approval,
    )  # fmt: skip
    return OneInvite(invite=InviteShown.of(invite))


@handles(
    ListInvites, result=Invites, family=FAMILY, reads=True,
    may_refuse=[RoomNotFound, RoomForbidden],
)  # fmt: skip
def list_invites(command: ListInvites, caller: Caller) -> Invites:
    """List the links into a group that still work, newest first, as its owner or an admin."""
    rows = selectors.list_invites(room_id=command.room, person_id=caller.person, at=caller.at)
    return Invites(invites=[InviteShown.of(row) for row in rows])


@handles(
    RevokeInvite, result=OneInvite, family=FAMILY, reference=Reference(_keep, _retell),
    may_refuse=[InviteNotFound],
)  # fmt: skip
def revoke_invite(command: RevokeInvite, caller: Caller) -> OneInvite:
    """Let a link lead nowhere any more, as an owner or admin of its room."""
    invite = services.revoke(invite_id=command.invite, person_id=caller.person, at=caller.at)
    return OneInvite(invite=InviteShown.of(invite))


@handles(
    LookAtInvite, result=Ahead, family=FAMILY, reads=True, public=True,
    may_refuse=[InviteNotFound],
)  # fmt: skip
def look_at_invite(command: LookAtInvite, caller: Caller) -> Ahead:
    """See where a link leads, also before you sign in; how you stand with the room shows on the
    socket.
    """
    ahead = selectors.look(token=command.token, person_id=caller.person_id, at=caller.at)
    invite = ahead.invite
    return Ahead.model_validate(
        {
            "room": RoomAhead(room=invite.room_id, name=invite.room.name, members=ahead.members),
            "by": PersonShown.of(invite.maker), "needs_approval": invite.needs_approval,
            "expires_at": invite.expires_at, "standing": ahead.standing,
        }
    )  # fmt: skip


@handles(
    UseInvite, result=Used, family=FAMILY,
    # Doing it again changes nothing, and so the link is not kept with a command's id either.
    keyed=False,
    may_refuse=[InviteNotFound, RoomFull, JoinRequestRefused, TooManyJoinRequests],
)  # fmt: skip
def use_invite(command: UseInvite, caller: Caller) -> Used:
    """Come into a group by a link, or ask to be let in where that is needed."""
    room_id, status = services.use(token=command.token, person_id=caller.person, at=caller.at)
    room = describe_room(room_id=room_id, person_id=caller.person) if status == "joined" else None
    return Used.model_validate({"status": status, "room": room})


@handles(
    ListRequests, result=Requests, family=FAMILY, reads=True,
    may_refuse=[RoomNotFound, RoomForbidden],
)  # fmt: skip
def list_requests(command: ListRequests, caller: Caller) -> Requests:
    """List who waits to be let into a group, as its owner or an admin."""
    rows = selectors.list_requests(room_id=command.room, person_id=caller.person)
    return Requests(join_requests=[RequestShown.of(row) for row in rows])


@handles(
    ApproveRequest, result=OneRequest, family=FAMILY,
    may_refuse=[JoinRequestNotFound, JoinRequestDecided, RoomFull],
)  # fmt: skip
def approve_request(command: ApproveRequest, caller: Caller) -> OneRequest:
    """Let in who asked, as an owner or admin."""
    request = services.approve(
        request_id=command.join_request, person_id=caller.person, at=caller.at
    )
    return OneRequest(join_request=RequestShown.of(request))


@handles(
    RefuseRequest, result=OneRequest, family=FAMILY,
    may_refuse=[JoinRequestNotFound, JoinRequestDecided],
)  # fmt: skip
def refuse_request(command: RefuseRequest, caller: Caller) -> OneRequest:
    """Do not let in who asked, as an owner or admin; they may ask again after some days."""
    request = services.refuse(
        request_id=command.join_request, person_id=caller.person, at=caller.at
    )
    return OneRequest(join_request=RequestShown.of(request))
