"""Envelopes for tests: sent into a room, with shares as a test wants them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.calls import call
from tests.people import make_group, make_people
from wallet.envelopes.models import Envelope, Share
from wallet.ledger.models import Account

FUNDS = 1_000_000


class Packet:
    """An envelope in a room of its own; the first of the people sends it."""

    def __init__(self, *, at: datetime, people: int = 4, room: UUID | None = None, **terms: Any):
        self.at = at
        self.people = make_people(people, at=at, funds=FUNDS)
        self.sender, *self.others = self.people
        self.room = room or make_group(self.people, at=at)
        self.terms = {"amount": 300, "count": 3, "kind": "random"} | terms
        answer = call(self.sender, "envelope.send", at=at, room=self.room, **self.terms)
        self.message = answer["message"]
        self.sent = answer["envelope"]
        self.id = UUID(self.sent["id"])

    def claim(self, person: UUID, *, at: datetime | None = None, **fields: Any) -> Any:
        return call(person, "envelope.claim", at=at or self.at, envelope=self.id, **fields)

    def get(self, reader: UUID, *, at: datetime | None = None) -> Any:
        return call(reader, "envelope.get", at=at or self.at, envelope=self.id)["envelope"]

    @property
    def row(self) -> Envelope:
        return Envelope.objects.get(id=self.id)

    def set_shares(self, amounts: Sequence[int]) -> None:
        """Have the shares be these, in the order in which they are taken."""
        assert sum(amounts) == self.terms["amount"]
        for position, amount in enumerate(amounts):
            Share.objects.filter(envelope_id=self.id, position=position).update(amount=amount)

    def taken(self) -> dict[UUID, int]:
        """Return who has taken how much."""
        shares = Share.objects.filter(envelope_id=self.id, person__isnull=False)
        return {share.person_id: share.amount for share in shares if share.person_id}

    def in_escrow(self) -> int:
        return Account.objects.get(id=self.row.escrow_id).balance
