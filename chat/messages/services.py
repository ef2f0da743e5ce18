"""Sending, editing, recalling and reacting."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pydantic_core
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Lower
from uuid_utils.compat import uuid7

from chat.files.services import delete_file, take_for_message
from chat.messages.errors import IsMoney, MessageNotFound, TooLate, TooManyPins
from chat.messages.locks import lock_room_of, lock_room_to_speak
from chat.messages.models import Kind, Message, Reaction
from chat.messages.selectors import describe_fresh, describe_message, pinned_ids
from chat.rooms.errors import RoomForbidden
from chat.rooms.events import Written, append_events, make_event, publish_event
from chat.rooms.locks import Locked, lock_room
from chat.rooms.models import Event, Member, Role, Room
from chat.rooms.models import Kind as RoomKind
from commands.errors import Malformed
from outbox.notices.services import Tell, notify_all, reword

MENTION_LENGTH = 200
MENTION = re.compile(r"(?<![\w@])@([\w.\-]{2,32})")

# A message and its event in one statement: this is the busiest path of all.
INSERT = """
    WITH message AS (
        INSERT INTO messages_message
            (id, room_id, seq, author_id, kind, text, file_id, reply_to, card_type, card_id, card,
             at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    )
    INSERT INTO rooms_event (room_id, seq, kind, by_id, message_id, frame)
    VALUES (%s, %s, %s, %s, %s, %s)
"""


def send(
    *,
    room_id: UUID,
    author_id: UUID,
    text: str,
    file_id: UUID | None = None,
    reply_to: UUID | None = None,
    at: datetime,
) -> Message:
    """Say something in a room, or show a file.

    Raises RoomNotFound, RoomForbidden (a direct room where one has blocked the other),
    MessageNotFound (what it replies to) and FileNotFound.
    """
    # Nobody catches what it refuses and goes on, so it needs no savepoint.
    with transaction.atomic(savepoint=False):
        locked = lock_room_to_speak(room_id=room_id, author_id=author_id)
        if reply_to is not None:
            _find_visible(reply_to, locked)
        file = take_for_message(file_id=file_id, owner_id=author_id) if file_id else None
        message = Message(
            id=uuid7(), room_id=room_id, seq=locked.take(), author_id=author_id,
            kind=Kind.TEXT, text=text, file=file, reply_to=reply_to, at=at,
        )  # fmt: skip
        _insert(message)
        if "@" in text:
            _notify_mentioned(message)
    return message


def post_card(
    *,
    room_id: UUID,
    author_id: UUID,
    card_type: str,
    card_id: UUID,
    card: dict[str, Any],
    at: datetime,
) -> Message:
    """Put a card into the conversation; the caller made what it shows in the same transaction.

    Raises RoomNotFound, and RoomForbidden as `send` does.
    """
    # Nobody catches what it refuses and goes on, so it needs no savepoint.
    with transaction.atomic(savepoint=False):
        locked = lock_room_to_speak(room_id=room_id, author_id=author_id)
        message = Message(
            id=uuid7(), room_id=room_id, seq=locked.take(), author_id=author_id,
            kind=Kind.CARD, card_type=card_type, card_id=card_id, card=card, at=at,
        )  # fmt: skip
        _insert(message)
    return message


def _insert(message: Message) -> None:
    event = make_event(
        room_id=message.room_id, seq=message.seq, kind="message.new", by=message.author_id,
        at=message.at, fields={"message": describe_fresh(message)}, message_id=message.id,
    )  # fmt: skip
    card = pydantic_core.to_json(message.card).decode() if message.card else None
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                message.id, message.room_id, message.seq, message.author_id, message.kind,
                message.text, message.file_id, message.reply_to, message.card_type,
                message.card_id, card, message.at, event.room_id, event.seq, event.kind, event.by,
                event.message_id, event.frame.decode(),
            ],
        )  # fmt: skip
    publish_event(event)


def _find_visible(message_id: UUID, locked: Locked) -> None:
    visible = Message.objects.filter(
        id=message_id, room_id=locked.room_id, seq__gte=locked.joined_seq
    )
    if not visible.exists():
        raise MessageNotFound()


def _notify_mentioned(message: Message) -> None:
    names = {name.lower().rstrip(".-") for name in MENTION.findall(message.text)}
    if not names:
        return
    members = Member.objects.filter(room_id=message.room_id, left_seq=None)
    mentioned = members.alias(handle=Lower("person__username")).filter(handle__in=names)
    notify_all(
        (
            Tell(
                member.person_id, "mention", about=message.author_id, ref=message.room_id,
                text=message.text[:MENTION_LENGTH], source=message.id,
            )
            for member in mentioned.exclude(person_id=message.author_id)
        ),
        at=message.at,
    )  # fmt: skip


def edit(*, message_id: UUID, person_id: UUID, text: str, at: datetime) -> Message:
    """Change one's own text. Raises MessageNotFound, RoomNotFound, RoomForbidden, IsMoney and
    TooLate.
    """
    with transaction.atomic():
        locked, message = lock_room_of(message_id=message_id, person_id=person_id)
        _require_own_text(message, person_id)
        message.text = text
        message.edited_at = at
        message.save(update_fields=["text", "edited_at"])
        reword(source=message.id, text=text[:MENTION_LENGTH])
        append_events(_event("message.edited", locked, message, person_id, at))
    return message


def recall(*, message_id: UUID, person_id: UUID, at: datetime) -> Message:
    """Take back one's own text within two minutes; both sides see that something was there.

    What the room and the notices keep of it goes too, so that nobody reads it later. Raises as
    `edit` does.
    """
    with transaction.atomic():
        locked, message = lock_room_of(message_id=message_id, person_id=person_id)
        _require_own_text(message, person_id)
        if at - message.at > timedelta(seconds=settings.RECALL_SECONDS):
            raise TooLate()
        message.kind = Kind.RECALLED
        message.text = ""
        message.pinned_at = None
        file, message.file = message.file, None
        message.save(update_fields=["kind", "text", "pinned_at", "file"])
        if file is not None:
            delete_file(file)
        _scrub(message)
        reword(source=message.id, text="")
        append_events(_event("message.recalled", locked, message, person_id, at))
    return message


def _require_own_text(message: Message, person_id: UUID) -> None:
    if message.author_id != person_id:
        raise RoomForbidden()
    if message.kind == Kind.CARD:
        raise IsMoney()
    if message.kind == Kind.RECALLED:
        raise TooLate()


def _scrub(message: Message) -> None:
    """Take the text out of the events that carried it."""
    shown = describe_fresh(message)
    for event in Event.objects.filter(message_id=message.id):
        frame = pydantic_core.from_json(event.frame)
        frame["message"] = shown | {"edited_at": frame["message"]["edited_at"]}
        Event.objects.filter(room_id=event.room_id, seq=event.seq).update(
            frame=pydantic_core.to_json(frame).decode()
        )


def react(*, message_id: UUID, person_id: UUID, emoji: str, on: bool, at: datetime) -> Message:
    """Put an emoji on a message or take it off; doing either twice changes nothing.

    Raises MessageNotFound, RoomNotFound, TooLate (a recalled message) and Malformed (more emoji
    than a message has room for).
    """
    with transaction.atomic():
        # No number is taken before it is certain that there is an event for it.
        _, message = lock_room_of(message_id=message_id, person_id=person_id, events=0)
        if message.kind == Kind.RECALLED:
            raise TooLate()
        own = Reaction.objects.filter(message_id=message_id, person_id=person_id, emoji=emoji)
        if own.exists() == on:
            return message
        if on:
            _require_room_for(emoji, message_id, person_id)
            Reaction.objects.create(message_id=message_id, person_id=person_id, emoji=emoji, at=at)
        else:
            own.delete()
        locked = lock_room(room_id=message.room_id, person_id=person_id)
        append_events(_event("message.reacted", locked, message, person_id, at))
    return message


def _require_room_for(emoji: str, message_id: UUID, person_id: UUID) -> None:
    # Under the room's lock, so that many at once do not pass together.
    reactions = Reaction.objects.filter(message_id=message_id)
    if reactions.filter(person_id=person_id).count() >= settings.REACTIONS_OF_ONE_PERSON:
        most = settings.REACTIONS_OF_ONE_PERSON
        raise Malformed(f"emoji: nobody puts more than {most} on a message.", field="emoji")
    others = reactions.exclude(emoji=emoji)
    if others.values("emoji").distinct().count() >= settings.REACTION_KINDS:
        most = settings.REACTION_KINDS
        raise Malformed(f"emoji: a message holds at most {most} kinds.", field="emoji")


def pin(*, message_id: UUID, person_id: UUID, on: bool, at: datetime) -> Message:
    """Pin a message to its room or take it down; doing either twice changes nothing.

    Raises MessageNotFound, RoomNotFound, RoomForbidden (plain members of a group), TooLate (a
    recalled message) and TooManyPins.
    """
    with transaction.atomic():
        locked, message = lock_room_of(message_id=message_id, person_id=person_id, events=0)
        if locked.kind == RoomKind.GROUP and locked.role == Role.MEMBER:
            raise RoomForbidden()
        if (message.pinned_at is not None) == on:
            return message
        if on and message.kind == Kind.RECALLED:
            raise TooLate()
        if on and len(pinned_ids(room_id=message.room_id)) >= settings.ROOM_PINS:
            raise TooManyPins(most=settings.ROOM_PINS)
        message.pinned_at = at if on else None
        message.save(update_fields=["pinned_at"])
        locked = lock_room(room_id=message.room_id, person_id=person_id)
        append_events(_pins_event(locked, message, person_id, at))
    return message


def _pins_event(locked: Locked, message: Message, person_id: UUID, at: datetime) -> Written:
    fields = {
        "name": Room.objects.values_list("name", flat=True).get(id=message.room_id),
        "pinned": pinned_ids(room_id=message.room_id),
    }
    return make_event(
        room_id=message.room_id, seq=locked.take(), kind="room.changed", by=person_id, at=at,
        fields=fields,
    )  # fmt: skip


def change_card(*, message: Message, card: dict[str, Any], at: datetime) -> None:
    """Show the newest state of a card to the room. Raises RoomNotFound."""
    with transaction.atomic():
        locked = lock_room(room_id=message.room_id, person_id=None)
        Message.objects.filter(id=message.id).update(card=card, card_changed_at=at)
        append_events(
            make_event(
                room_id=message.room_id, seq=locked.take(), kind="card.changed",
                by=message.author_id, at=at, about=message.seq,
                fields={"message_id": message.id, "card": card},
            )
        )  # fmt: skip


def _event(kind: str, locked: Locked, message: Message, person_id: UUID, at: datetime) -> Written:
    return make_event(
        room_id=message.room_id, seq=locked.take(), kind=kind, by=person_id, at=at,
        fields={"message": describe_message(message)}, message_id=message.id, about=message.seq,
    )  # fmt: skip
