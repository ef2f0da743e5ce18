"""The lock under which invites and requests are written: that of their room."""

from uuid import UUID

from chat.rooms.errors import RoomForbidden
from chat.rooms.locks import Locked, lock_room
from chat.rooms.models import Kind, Role


def lock_managed_room(*, room_id: UUID, person_id: UUID) -> Locked:
    """Lock a group for one of its owners or admins. Raises RoomNotFound and RoomForbidden."""
    locked = lock_room(room_id=room_id, person_id=person_id, events=0)
    if locked.kind != Kind.GROUP or locked.role == Role.MEMBER:
        raise RoomForbidden()
    return locked


def lock_room_of_invite(*, room_id: UUID) -> Locked:
    """Lock the room that a link leads into, so that two who take its last use come one by one."""
    return lock_room(room_id=room_id, person_id=None, events=0)
