"""Telling the rooms that a card has changed, without knowing rooms."""

from typing import Literal
from uuid import UUID

from outbox.services import NewEvent, record

TOPIC = "chat.card"
CardType = Literal["envelope", "split", "transfer", "loan", "expense", "request"]


def record_card_change(card_type: CardType, card_id: UUID) -> None:
    """Send word that the card has changed, with this transaction; several changes may be shown as
    one.
    """
    record(NewEvent(topic=TOPIC, key=card_id, version=0, payload={"type": card_type}))
