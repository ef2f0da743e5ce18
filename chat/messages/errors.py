"""Refusals about messages."""

from commands.errors import Refusal


class MessageNotFound(Refusal):
    """There is no such message where the caller can see it."""

    code = "message.not_found"
    status = 404
    message = "There is no such message."


class TooLate(Refusal):
    """The two minutes are over, or the message was recalled already."""

    code = "message.too_late"
    status = 409
    message = "It is too late for that."


class IsMoney(Refusal):
    """Money cannot be edited or recalled."""

    code = "message.is_money"
    status = 409
    message = "A message with money stays as it is."


class TooManyPins(Refusal):
    """The room has as many pinned messages as a room can have."""

    code = "message.too_many_pins"
    status = 409
    message = "The room has too many pinned messages; take one down first."
