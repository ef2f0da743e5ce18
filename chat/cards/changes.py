"""Showing a room what became of a card: many changes as one, at most four a second."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from chat.messages.models import Message
from chat.messages.services import change_card
from chat.rooms.locks import lock_room
from outbox.registry import Later, Recorded
from wallet.envelopes import selectors as envelopes
from wallet.expenses import selectors as expenses
from wallet.lending import selectors as lending
from wallet.requests import selectors as requests
from wallet.splits import selectors as splits
from wallet.transfers import selectors as transfers

DESCRIBE: dict[str, Callable[[UUID, datetime], dict[str, Any]]] = {
    "envelope": lambda card_id, at: envelopes.describe_card(envelope_id=card_id, at=at),
    "split": lambda card_id, at: splits.describe_card(split_id=card_id, at=at),
    "transfer": lambda card_id, at: transfers.describe_card(transfer_id=card_id, at=at),
    "loan": lambda card_id, at: lending.describe_card(loan_id=card_id, at=at),
    "expense": lambda card_id, at: expenses.describe_card(expense_id=card_id, at=at),
    "request": lambda card_id, at: requests.describe_card(request_id=card_id, at=at),
}


def describe_card(card_type: str, card_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return a card as all members of its room see it."""
    return DESCRIBE[card_type](card_id, at)


def show_changes(events: Sequence[Recorded], at: datetime) -> Later:
    """Append one `card.changed` for each card of the batch; a card that was shown just now waits
    its turn.

    The state is read here, not carried by the event, so the last state is always the one that is
    shown.
    """
    messages = {
        message.card_id: message
        for message in Message.objects.filter(card_id__in={event.key for event in events})
    }
    later = Later()
    shown: set[UUID] = set()
    for event in events:
        message = messages.get(event.key)
        # A loan or transfer that was made outside a room has no card.
        if message is None or event.key in shown:
            continue
        if wait_until := _show(message, at):
            later.events[event.id] = wait_until
        else:
            shown.add(event.key)
    return later


def _show(message: Message, at: datetime) -> datetime | None:
    """Show the card as it is now; return when to come again if that is too soon after the last
    time.
    """
    pause = timedelta(seconds=1 / settings.CARD_CHANGES_PER_SECOND)
    with transaction.atomic():
        # Described under the room's lock: of two workers the later one also reads later, so that
        # the last state shown is the last there is.
        lock_room(room_id=message.room_id, person_id=None, events=0)
        message = Message.objects.select_related("room").get(id=message.id)
        if message.room.dissolved_at is not None:
            # Nobody is there to see it, and the room's last event stays its last.
            return None
        if message.card_changed_at and at < message.card_changed_at + pause:
            return message.card_changed_at + pause
        assert message.card_id is not None
        card = describe_card(message.card_type, message.card_id, at=at)
        if card != message.card:
            change_card(message=message, card=card, at=at)
    return None
