"""Telling the rooms that a card has changed, without knowing rooms."""

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from outbox.services import NewEvent, record_all

TOPIC = "chat.card"
CardType = Literal["envelope", "split", "transfer", "loan", "expense", "request"]


def record_card_change(card_type: CardType, card_id: UUID) -> None:
    """Send word that the card has changed, with this transaction; several changes may be shown as
    one.
    """
    record_card_changes(card_type, [card_id])


def record_card_changes(card_type: CardType, card_ids: Iterable[UUID]) -> None:
    """Send word of many cards of one type, in one statement."""
    record_all(
        NewEvent(topic=TOPIC, key=card_id, version=0, payload={"type": card_type})
        for card_id in card_ids
    )
