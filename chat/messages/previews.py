"""What a list of rooms shows of each room's newest message."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from chat.messages.models import Message
from chat.messages.selectors import describe_messages


def describe_newest(message_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return messages as they stand now, by id."""
    rows = Message.objects.select_related("file").filter(id__in=list(message_ids))
    messages = list(rows)
    shown = describe_messages(messages)
    return {message.id: one for message, one in zip(messages, shown, strict=True)}
