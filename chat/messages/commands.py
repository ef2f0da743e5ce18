"""Wire commands about messages."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from chat.files.errors import FileNotFound
from chat.messages import selectors, services, shapes
from chat.messages.emoji import is_emoji
from chat.messages.errors import IsMoney, MessageNotFound, TooLate, TooManyPins
from chat.messages.models import Message
from chat.rooms.commands import InRoom
from chat.rooms.errors import RoomForbidden, RoomNotFound
from chat.rooms.selectors import access_room
from commands.frames import Command, Id, PageSize, Result, Seq, ShortText, Text
from commands.registry import Caller, Reference, handles

FAMILY = "Messages"
Body = Annotated[Text, Field(min_length=1, max_length=settings.MESSAGE_LENGTH)]


def _is_one(emoji: str) -> str:
    if not is_emoji(emoji):
        raise ValueError("must be one emoji")
    return emoji


Emoji = Annotated[Text, Field(min_length=1, max_length=32), AfterValidator(_is_one)]


class SendMessage(InRoom):
    type: Literal["message.send"]
    file: Id | None = None
    text: Annotated[Text, Field(max_length=settings.MESSAGE_LENGTH, validate_default=True)] = ""
    reply_to: Id | None = None

    @field_validator("text")
    @classmethod
    def _is_needed_without_a_file(cls, text: str, info: ValidationInfo) -> str:
        if not text and not info.data.get("file"):
            raise ValueError("a message has a text, a file, or both")
        return text


class EditMessage(Command):
    type: Literal["message.edit"]
    message: Id
    text: Body


class RecallMessage(Command):
    type: Literal["message.recall"]
    message: Id


class React(Command):
    type: Literal["message.react"]
    message: Id
    emoji: Emoji
    on: bool


class Pin(Command):
    type: Literal["message.pin"]
    message: Id
    on: bool


class Pinned(InRoom):
    type: Literal["room.pinned"]


class History(InRoom):
    type: Literal["room.history"]
    before: Seq | None = None
    limit: PageSize = 50


def _has_words(text: str) -> str:
    if not text.strip():
        raise ValueError("must have a word in it")
    return text


class Search(Command):
    type: Literal["room.search"]
    room: Id | None = None
    text: Annotated[ShortText, AfterValidator(_has_words)]
    limit: PageSize = 50


class OneMessage(Result):
    message: shapes.Message

    @classmethod
    def of(cls, message: Message) -> "OneMessage":
        """Show a message as it stands now."""
        return cls(message=selectors.describe_message(message))


class PinnedMessages(Result):
    messages: list[shapes.Message]


def _retell(kept: Any, caller: Caller) -> OneMessage:
    message_id = UUID(kept["message"]["id"])
    return OneMessage(message=selectors.get_shown(message_id=message_id, person_id=caller.person))


# What was said is kept in the message alone: a recall takes it back from there.
BY_ID = Reference(
    keep=lambda answer: {"message": {"id": answer.message["id"]}},
    retell=_retell,
)


class Messages(Result):
    messages: list[shapes.Message]
    more: bool


@handles(
    SendMessage, result=OneMessage, family=FAMILY, reference=BY_ID,
    may_refuse=[RoomNotFound, RoomForbidden, MessageNotFound, FileNotFound],
)  # fmt: skip
def send_message(command: SendMessage, caller: Caller) -> OneMessage:
    """Say something in a room."""
    message = services.send(
        room_id=command.room, author_id=caller.person, text=command.text,
        file_id=command.file, reply_to=command.reply_to, at=caller.at,
    )  # fmt: skip
    return OneMessage(message=selectors.describe_fresh(message))


@handles(
    EditMessage, result=OneMessage, family=FAMILY, reference=BY_ID,
    may_refuse=[MessageNotFound, RoomNotFound, RoomForbidden, IsMoney, TooLate],
)  # fmt: skip
def edit_message(command: EditMessage, caller: Caller) -> OneMessage:
    """Change what you have said."""
    message = services.edit(
        message_id=command.message, person_id=caller.person, text=command.text, at=caller.at
    )
    return OneMessage.of(message)


@handles(
    RecallMessage, result=OneMessage, family=FAMILY, reference=BY_ID,
    may_refuse=[MessageNotFound, RoomNotFound, RoomForbidden, IsMoney, TooLate],
)  # fmt: skip
def recall_message(command: RecallMessage, caller: Caller) -> OneMessage:
    """Take back what you have said, within two minutes; money stays."""
    message = services.recall(message_id=command.message, person_id=caller.person, at=caller.at)
    return OneMessage.of(message)


@handles(
    React,
    result=OneMessage,
    family=FAMILY,
    reference=BY_ID,
    may_refuse=[MessageNotFound, RoomNotFound, TooLate],
)
def react(command: React, caller: Caller) -> OneMessage:
    """Put an emoji on a message, or take it off."""
    message = services.react(
        message_id=command.message, person_id=caller.person, emoji=command.emoji,
        on=command.on, at=caller.at,
    )  # fmt: skip
    return OneMessage.of(message)


@handles(
    Pin, result=OneMessage, family=FAMILY, reference=BY_ID,
    may_refuse=[MessageNotFound, RoomNotFound, RoomForbidden, TooLate, TooManyPins],
)  # fmt: skip
def pin(command: Pin, caller: Caller) -> OneMessage:
    """Pin a message to its room, or take it down; in a group owners and admins do."""
    message = services.pin(
        message_id=command.message, person_id=caller.person, on=command.on, at=caller.at
    )
    return OneMessage.of(message)


@handles(Pinned, result=PinnedMessages, family=FAMILY, reads=True, may_refuse=[RoomNotFound])
def list_pinned(command: Pinned, caller: Caller) -> PinnedMessages:
    """Get the pinned messages of a room, the newest pin first."""
    member = access_room(room_id=command.room, person_id=caller.person)
    return PinnedMessages(messages=selectors.list_pinned(member=member))


@handles(History, result=Messages, family=FAMILY, reads=True, may_refuse=[RoomNotFound])
def list_history(command: History, caller: Caller) -> Messages:
    """Get the messages of a room before a number, newest first, as they stand now."""
    member = access_room(room_id=command.room, person_id=caller.person)
    page, more = selectors.list_history(member=member, before=command.before, limit=command.limit)
    return Messages(messages=page, more=more)


@handles(
    Search, result=Messages, family=FAMILY, reads=True, spare=True, may_refuse=[RoomNotFound]
)  # fmt: skip
def search(command: Search, caller: Caller) -> Messages:
    """Find messages that hold all words of a text, in one room or in all of the caller's."""
    if command.room is not None:
        access_room(room_id=command.room, person_id=caller.person)
    page, more = selectors.search(
        person_id=caller.person, room_id=command.room, text=command.text, limit=command.limit
    )
    return Messages(messages=page, more=more)
