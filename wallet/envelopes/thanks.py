"""Thanking for a share."""

from datetime import datetime
from uuid import UUID

from outbox.notices.services import Tell, notify
from wallet.card_events import record_card_change
from wallet.envelopes.errors import AlreadyThanked, NotClaimed, NotForYou
from wallet.envelopes.models import Envelope, Share


def thank(*, envelope: Envelope, person_id: UUID, words: str, at: datetime) -> None:
    """Say thank you to the sender, once for the share that the person took.

    The sender gets a notice; the card shows how many thanked, its changes joined as always, so that
    a room full of thanks is no storm. Raises NotForYou, NotClaimed and AlreadyThanked.
    """
    if person_id == envelope.sender_id:
        raise NotForYou()
    own = Share.objects.filter(envelope_id=envelope.id, person_id=person_id)
    # The condition decides between two devices at the same moment.
    if not own.filter(thanks="").update(thanks=words):
        raise AlreadyThanked() if own.exists() else NotClaimed()
    notify(
        Tell(
            envelope.sender_id, "envelope.thanked", about=person_id, ref=envelope.id, text=words
        ),
        at=at,
    )  # fmt: skip
    record_card_change("envelope", envelope.id)
