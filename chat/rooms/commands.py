"""Wire commands about rooms."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from chat.rooms import selectors, services, shapes
from chat.rooms.errors import LastOwner, RoomForbidden, RoomFull, RoomNotFound
from commands.errors import Malformed
from commands.frames import Command, Id, PageSize, Result, Seq, Text
from commands.registry import Caller, handles
from graph.friends.errors import NotFriends
from graph.people.errors import PersonNotFound

FAMILY = "Rooms"
RoomName = Annotated[Text, Field(min_length=1, max_length=100)]
People = Annotated[list[Id], Field(max_length=1000)]


class InRoom(Command):
    """A command that names a room."""

    room: Id


class CreateRoom(Command):
    type: Literal["room.create"]
    name: Annotated[Text, Field(max_length=100)] = ""
    members: People
    kind: Literal["group", "direct"]


class ListRooms(Command):
    type: Literal["room.list"]


class GetRoom(InRoom):
    type: Literal["room.get"]


class Invite(InRoom):
    type: Literal["room.invite"]
    people: Annotated[People, Field(min_length=1)]


class RemoveMember(InRoom):
    type: Literal["room.remove"]
    person: Id


class LeaveRoom(InRoom):
    type: Literal["room.leave"]


class DissolveRoom(InRoom):
    type: Literal["room.dissolve"]


class RenameRoom(InRoom):
    type: Literal["room.rename"]
    name: RoomName


class SetRole(InRoom):
    type: Literal["room.set_role"]
    person: Id
    role: Literal["owner", "admin", "member"]


class MuteRoom(InRoom):
    type: Literal["room.mute"]
    on: bool


class SwitchReadMarks(InRoom):
    type: Literal["room.read_marks"]
    on: bool


class SyncRoom(InRoom):
    type: Literal["room.sync"]
    after: Seq
    limit: PageSize = 50


class ResumeSession(Command):
    type: Literal["session.resume"]
    cursors: Annotated[dict[Id, Seq], Field(max_length=1000)]


class MarkRead(InRoom):
    type: Literal["read.mark"]
    seq: Seq


class Typing(InRoom):
    type: Literal["typing"]
    on: bool


class OneRoom(Result):
    room: shapes.Room


class Rooms(Result):
    rooms: list[shapes.Room]


class RoomWithMembers(Result):
    """A room and who is in it; `reads` says up to where others have read, as far as they and you
    tell each other.
    """

    room: shapes.Room
    members: list[shapes.Member]
    reads: dict[str, int]


class Events(Result):
    """A page of events; `first_seq` is where it begins for you, `last_seq` the room's newest
    number.
    """

    events: list[shapes.Event]
    first_seq: int
    last_seq: int
    more: bool


class Missed(Result):
    """What was missed of one room, up to `last_seq`: what came later is pushed. With `more`, go on
    from the last event by `room.sync`.
    """

    room: Id
    events: list[shapes.Event]
    first_seq: int
    last_seq: int
    more: bool


class Resumed(Result):
    """The rooms that you are still in, of those you named."""

    rooms: list[Missed]


class Done(Result):
    """Nothing to say but that it is done."""


def _show(room_id: UUID, caller: Caller) -> OneRoom:
    return OneRoom(room=selectors.describe_room(room_id=room_id, person_id=caller.person))


@handles(
    CreateRoom, result=OneRoom, family=FAMILY, may_refuse=[PersonNotFound, NotFriends, RoomFull]
)
def create_room(command: CreateRoom, caller: Caller) -> OneRoom:
    """Make a group with friends, or open the direct room with one friend."""
    others = [person for person in dict.fromkeys(command.members) if person != caller.person]
    if command.kind == "group":
        if not command.name:
            raise Malformed("name: A group needs a name.", field="name")
        room_id = services.create_group(
            name=command.name, owner_id=caller.person, others=others, at=caller.at
        )
    else:
        if len(others) != 1:
            raise Malformed("members: A direct room is with exactly one other.", field="members")
        room_id = services.open_direct(person_id=caller.person, other=others[0], at=caller.at)
    return _show(room_id, caller)


@handles(ListRooms, result=Rooms, family=FAMILY, reads=True)
def list_rooms(command: ListRooms, caller: Caller) -> Rooms:
    """List your rooms, the one with the newest message first."""
    return Rooms(rooms=selectors.list_rooms(person_id=caller.person))


@handles(GetRoom, result=RoomWithMembers, family=FAMILY, reads=True, may_refuse=[RoomNotFound])
def get_room(command: GetRoom, caller: Caller) -> RoomWithMembers:
    """Show a room and who is in it."""
    return _show_with_members(command.room, caller)


def _show_with_members(room_id: UUID, caller: Caller) -> RoomWithMembers:
    room = selectors.describe_room(room_id=room_id, person_id=caller.person)
    members = selectors.list_members(room_id=room_id)
    return RoomWithMembers(
        room=room,
        members=[services.describe_member(member) for member in members],
        reads=selectors.list_reads(members=members, person_id=caller.person),
    )


@handles(
    Invite, result=RoomWithMembers, family=FAMILY,
    may_refuse=[RoomNotFound, RoomForbidden, PersonNotFound, NotFriends, RoomFull],
)  # fmt: skip
def invite(command: Invite, caller: Caller) -> RoomWithMembers:
    """Add friends of yours to a group; they are in at once."""
    services.invite(
        room_id=command.room, person_id=caller.person, others=command.people, at=caller.at
    )
    return _show_with_members(command.room, caller)


@handles(RemoveMember, result=OneRoom, family=FAMILY, may_refuse=[RoomNotFound, RoomForbidden])
def remove_member(command: RemoveMember, caller: Caller) -> OneRoom:
    """Remove somebody from a group."""
    services.remove(
        room_id=command.room, person_id=caller.person, other=command.person, at=caller.at
    )
    return _show(command.room, caller)


@handles(
    LeaveRoom, result=OneRoom, family=FAMILY,
    may_refuse=[RoomNotFound, RoomForbidden, LastOwner],
)  # fmt: skip
def leave_room(command: LeaveRoom, caller: Caller) -> OneRoom:
    """Leave a group; you see nothing that comes later."""
    room = selectors.describe_room(room_id=command.room, person_id=caller.person)
    services.leave(room_id=command.room, person_id=caller.person, at=caller.at)
    return OneRoom(room=room)


@handles(DissolveRoom, result=OneRoom, family=FAMILY, may_refuse=[RoomNotFound, RoomForbidden])
def dissolve_room(command: DissolveRoom, caller: Caller) -> OneRoom:
    """End a group for everybody, as its owner; money in open cards goes where it would go
    anyway.
    """
    room = selectors.describe_room(room_id=command.room, person_id=caller.person)
    services.dissolve(room_id=command.room, person_id=caller.person, at=caller.at)
    return OneRoom(room=room)


@handles(RenameRoom, result=OneRoom, family=FAMILY, may_refuse=[RoomNotFound, RoomForbidden])
def rename_room(command: RenameRoom, caller: Caller) -> OneRoom:
    """Give a group another name."""
    services.rename(room_id=command.room, person_id=caller.person, name=command.name, at=caller.at)
    return _show(command.room, caller)


@handles(
    SetRole, result=RoomWithMembers, family=FAMILY,
    may_refuse=[RoomNotFound, RoomForbidden, LastOwner],
)  # fmt: skip
def set_role(command: SetRole, caller: Caller) -> RoomWithMembers:
    """Make a member an owner, an admin, or a member again."""
    services.set_role(
        room_id=command.room, person_id=caller.person, other=command.person,
        role=command.role, at=caller.at,
    )  # fmt: skip
    return _show_with_members(command.room, caller)


@handles(MuteRoom, result=OneRoom, family=FAMILY, may_refuse=[RoomNotFound])
def mute_room(command: MuteRoom, caller: Caller) -> OneRoom:
    """Hear of a room only when you are mentioned, or of everything again."""
    services.mute(room_id=command.room, person_id=caller.person, on=command.on)
    return _show(command.room, caller)


@handles(SwitchReadMarks, result=OneRoom, family=FAMILY, may_refuse=[RoomNotFound])
def switch_read_marks(command: SwitchReadMarks, caller: Caller) -> OneRoom:
    """Stop telling the others of a room how far you have read, and being told how far they have;
    or begin again.
    """
    services.switch_read_marks(room_id=command.room, person_id=caller.person, on=command.on)
    return _show(command.room, caller)


@handles(SyncRoom, result=Events, family=FAMILY, reads=True, may_refuse=[RoomNotFound])
def sync_room(command: SyncRoom, caller: Caller) -> Events:
    """Get the events of a room after a number, ascending: what you missed."""
    member = selectors.access_room(room_id=command.room, person_id=caller.person)
    page = selectors.list_events(member=member, after=command.after, limit=command.limit)
    return Events(
        events=page.events(), first_seq=page.first_seq, last_seq=page.last_seq, more=page.more
    )


@handles(ResumeSession, result=Resumed, family=FAMILY, reads=True)
def resume_session(command: ResumeSession, caller: Caller) -> Resumed:
    """Get what you missed of all your rooms at once: name the newest number you have of each.

    As the first frame after `hello` it is answered before live events are pushed, and the two meet
    without a gap or a double.
    """
    pages = selectors.list_missed(
        person_id=caller.person, cursors=command.cursors, live_from=caller.live_from
    )
    return Resumed(
        rooms=[
            Missed(
                room=room_id, events=page.events(), first_seq=page.first_seq,
                last_seq=page.last_seq, more=page.more,
            )
            for room_id, page in pages.items()
        ]
    )  # fmt: skip


@handles(MarkRead, result=Done, family=FAMILY, keyed=False, may_refuse=[RoomNotFound])
def mark_read(command: MarkRead, caller: Caller) -> Done:
    """Say up to where you have read; the others see it."""
    services.mark_read(room_id=command.room, person_id=caller.person, seq=command.seq)
    return Done()


@handles(Typing, result=Done, family=FAMILY, keyed=False, may_refuse=[RoomNotFound])
def show_typing(command: Typing, caller: Caller) -> Done:
    """Let the room see that you are typing."""
    services.show_typing(room_id=command.room, person_id=caller.person, on=command.on)
    return Done()
