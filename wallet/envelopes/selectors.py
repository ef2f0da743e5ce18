"""Reading envelopes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple
from uuid import UUID

from commands.frames import show_moment
from wallet.envelopes.errors import EnvelopeNotFound
from wallet.envelopes.models import Envelope, Kind, Share

Status = Literal["open", "emptied", "expired"]


class Taken(NamedTuple):
    """A share that somebody took: the amount in minor units, and how they thanked for it."""

    envelope_id: UUID
    position: int
    person_id: UUID
    amount: int
    at: datetime
    thanks: str = ""


@dataclass
class Opened:
    """An envelope with its taken shares at a moment; everything else follows from those."""

    envelope: Envelope
    taken: list[Taken]
    at: datetime

    @property
    def claimed(self) -> int:
        """Return how many shares are taken."""
        return len(self.taken)

    @cached_property
    def claimed_amount(self) -> int:
        """Return how much the taken shares hold."""
        return sum(share.amount for share in self.taken)

    @property
    def status(self) -> Status:
        """Return open, emptied or expired; the time decides, whether or not the rest went back
        yet.
        """
        if self.claimed == self.envelope.count:
            return "emptied"
        if self.at >= self.envelope.expires_at or self.envelope.returned_at:
            return "expired"
        return "open"

    @cached_property
    def luckiest(self) -> UUID | None:
        """Return who took the largest share of a random envelope, the earlier on a tie, once it is
        emptied.
        """
        if self.envelope.kind != Kind.RANDOM or self.status != "emptied":
            return None
        best = max(self.taken, key=lambda share: share.amount)
        return best.person_id

    @property
    def returned(self) -> int:
        """Return how much went back to the sender, 0 as long as it has not."""
        return self.envelope.amount - self.claimed_amount if self.envelope.returned_at else 0

    @cached_property
    def thanks(self) -> int:
        """Return how many have said thank you."""
        return sum(bool(share.thanks) for share in self.taken)

    def share_of(self, person_id: UUID) -> Taken | None:
        """Return the person's share, or None."""
        return self._by_person.get(person_id)

    @cached_property
    def _by_person(self) -> dict[UUID, Taken]:
        return {share.person_id: share for share in self.taken}

    def may_see_shares(self, person_id: UUID) -> bool:
        """Tell whether the person may see who got how much."""
        return (
            self.status != "open"
            or person_id == self.envelope.sender_id
            or self.share_of(person_id) is not None
        )


def get_envelope(*, envelope_id: UUID) -> Envelope:
    """Return the envelope. Raises EnvelopeNotFound."""
    envelope = Envelope.objects.filter(id=envelope_id).first()
    if envelope is None:
        raise EnvelopeNotFound()
    return envelope


def open_envelope(*, envelope_id: UUID, at: datetime) -> Opened:
    """Return the envelope with its taken shares, in the order they were taken. Raises
    EnvelopeNotFound.
    """
    return look_into(get_envelope(envelope_id=envelope_id), at=at)


def look_into(envelope: Envelope, *, at: datetime) -> Opened:
    """Return the envelope with its taken shares, in the order they were taken."""
    (opened,) = look_into_all([envelope], at=at)
    return opened


def look_into_all(envelopes: Sequence[Envelope], *, at: datetime) -> list[Opened]:
    """Return the envelopes with their taken shares, in one statement for all of them."""
    taken: dict[UUID, list[Taken]] = {envelope.id: [] for envelope in envelopes}
    shares = Share.objects.filter(envelope_id__in=taken, person__isnull=False)
    rows = shares.order_by("at", "position").values_list(*Taken._fields)
    for share in map(Taken._make, rows):
        taken[share.envelope_id].append(share)
    return [Opened(envelope, taken[envelope.id], at) for envelope in envelopes]


def describe_card(*, envelope_id: UUID, at: datetime) -> dict[str, Any]:
    """Return the card as all members of the room see it: never the password nor what is left in
    money.
    """
    opened = open_envelope(envelope_id=envelope_id, at=at)
    envelope = opened.envelope
    return {
        "type": "envelope",
        "id": str(envelope.id),
        "status": opened.status,
        "sender": str(envelope.sender_id),
        "amount": envelope.amount,
        "currency": envelope.currency,
        "count": envelope.count,
        "claimed": opened.claimed,
        "kind": envelope.kind,
        "greeting": envelope.greeting,
        "has_password": bool(envelope.password_digest),
        "only": [str(person) for person in envelope.only] if envelope.only is not None else None,
        "expires_at": show_moment(envelope.expires_at),
        "luckiest": str(opened.luckiest) if opened.luckiest else None,
        "thanks": opened.thanks,
    }
