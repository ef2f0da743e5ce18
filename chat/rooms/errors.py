"""Refusals about rooms."""

from commands.errors import Refusal


class RoomNotFound(Refusal):
    """There is no such room, or the caller is not in it."""

    code = "room.not_found"
    status = 404
    message = "There is no such room."


class RoomForbidden(Refusal):
    """The caller's role in the room does not allow this."""

    code = "room.forbidden"
    status = 403
    message = "Your role in this room does not allow that."


class RoomFull(Refusal):
    """The room has as many members as a room can have."""

    code = "room.full"
    status = 409
    message = "A room holds at most {most} people."


class LastOwner(Refusal):
    """The last owner has to hand the room over first."""

    code = "room.last_owner"
    status = 409
    message = "Make somebody else an owner first."
