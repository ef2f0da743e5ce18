"""Reading messages."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from chat.files.errors import FileNotFound
from chat.files.models import File
from chat.files.selectors import describe_file
from chat.messages.errors import MessageNotFound
from chat.messages.models import Kind, Message, Reaction
from chat.rooms.models import Member
from chat.rooms.selectors import access_room
from commands.frames import show_moment


def get_shown(*, message_id: UUID, person_id: UUID) -> dict[str, Any]:
    """Return a message as it stands now to its author, or to a member who can see it.

    Raises MessageNotFound and RoomNotFound.
    """
    message = Message.objects.filter(id=message_id).first()
    if message is None:
        raise MessageNotFound()
    if message.author_id != person_id:
        member = access_room(room_id=message.room_id, person_id=person_id)
        if message.seq < member.joined_seq:
            raise MessageNotFound()
    return describe_message(message)


def list_history(
    *, member: Member, before: int | None, limit: int
) -> tuple[list[dict[str, Any]], bool]:
    """Return a page of a room's messages as they stand now, newest first, from the member's joining
    on.
    """
    rows = _visible(member)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    page = list(rows.order_by("-seq")[: limit + 1])
    return describe_messages(page[:limit]), len(page) > limit


def _visible(member: Member) -> QuerySet[Message]:
    rows = Message.objects.filter(room_id=member.room_id, seq__gte=member.joined_seq)
    return rows.select_related("file")


def _seen_by(person_id: UUID) -> Exists:
    return Exists(
        Member.objects.filter(
            room_id=OuterRef("room_id"), person_id=person_id, left_seq=None,
            joined_seq__lte=OuterRef("seq"),
        )
    )  # fmt: skip


def access_file(*, file_id: UUID, person_id: UUID) -> File:
    """Return a file that a message shows to the person, or that is theirs and not sent yet.

    Raises FileNotFound.
    """
    file = File.objects.filter(id=file_id).first()
    if file is None:
        raise FileNotFound()
    is_own = file.owner_id == person_id and not file.is_sent
    if not is_own and not Message.objects.filter(_seen_by(person_id), file_id=file_id).exists():
        raise FileNotFound()
    return file


def search(
    *, person_id: UUID, room_id: UUID | None, text: str, limit: int
) -> tuple[list[dict[str, Any]], bool]:
    """Return the messages that hold every word of a text, newest first, from the person's joining
    on, and whether there are more.

    A word is found anywhere, also inside another, in upper or lower case; in one room, or in all
    that the person is in.
    """
    rows = Message.objects.select_related("file").filter(_seen_by(person_id), kind=Kind.TEXT)
    if room_id is not None:
        rows = rows.filter(room_id=room_id)
    for word in text.split():
        rows = rows.filter(text__icontains=word)
    page = list(rows.order_by("-at", "-seq")[: limit + 1])
    return describe_messages(page[:limit]), len(page) > limit


def list_cards(*, member: Member, card_ids: Iterable[UUID]) -> list[UUID]:
    """Return those of the cards that came into the member's room since they joined."""
    rows = _visible(member).filter(card_id__in=card_ids)
    return [card for card in rows.values_list("card_id", flat=True) if card]


def list_pinned(*, member: Member) -> list[dict[str, Any]]:
    """Return the pinned messages that the member can see, the newest pin first."""
    rows = _visible(member)
    return describe_messages(list(rows.exclude(pinned_at=None).order_by("-pinned_at", "-seq")))


def pinned_ids(*, room_id: UUID) -> list[UUID]:
    """Return the ids of a room's pinned messages, the newest pin first."""
    rows = Message.objects.filter(room_id=room_id).exclude(pinned_at=None)
    return list(rows.order_by("-pinned_at", "-seq").values_list("id", flat=True))


def describe_messages(messages: list[Message]) -> list[dict[str, Any]]:
    """Return messages as clients see them."""
    reactions = _reactions_of(message.id for message in messages)
    return [_describe(message, reactions[message.id]) for message in messages]


def describe_message(message: Message) -> dict[str, Any]:
    """Return one message as clients see it."""
    return describe_messages([message])[0]


def describe_fresh(message: Message) -> dict[str, Any]:
    """Return a message that was just made, to which nobody can have reacted yet."""
    return _describe(message, [])


def _describe(message: Message, reactions: list[dict[str, Any]]) -> dict[str, Any]:
    is_recalled = message.kind == Kind.RECALLED
    return {
        "id": str(message.id),
        "room": str(message.room_id),
        "seq": message.seq,
        "author": str(message.author_id),
        "kind": str(message.kind),
        "text": "" if is_recalled else message.text,
        "reply_to": str(message.reply_to) if message.reply_to else None,
        "reactions": [] if is_recalled else reactions,
        "edited_at": show_moment(message.edited_at) if message.edited_at else None,
        "card": message.card,
        "file": describe_file(message.file) if message.file else None,
        "pinned": message.pinned_at is not None,
        "at": show_moment(message.at),
    }


def _reactions_of(message_ids: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    by_message: dict[UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for reaction in Reaction.objects.filter(message_id__in=list(message_ids)).order_by("at"):
        by_message[reaction.message_id][reaction.emoji].append(str(reaction.person_id))
    shown: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for message_id, people_by_emoji in by_message.items():
        shown[message_id] = [
            {"emoji": emoji, "people": people} for emoji, people in people_by_emoji.items()
        ]
    return shown
