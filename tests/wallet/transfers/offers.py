"""Transfers for tests: two people with money, and what each of them has, holds and is told."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from outbox.notices.models import Notice
from tests.calls import call
from tests.people import account, make_people
from wallet.transfers.models import Transfer
from wallet.transfers.services import expire

FUNDS = 10_000
DAY = timedelta(hours=24)


class Two:
    """A sender and a receiver."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at
        self.sender, self.receiver = make_people(2, at=at, funds=FUNDS)

    def send(self, amount: int = 3_000, **fields: Any) -> UUID:
        """Offer an amount and return the transfer's id."""
        terms = {"to": self.receiver, "amount": amount, "note": "Lunch"} | fields
        return UUID(call(self.sender, "transfer.send", at=self.at, **terms)["transfer"]["id"])

    def act(self, person: UUID, verb: str, transfer: UUID, *, at: datetime | None = None) -> Any:
        answer = call(person, f"transfer.{verb}", at=at or self.at, transfer=transfer)
        return answer["transfer"]

    def accept(self, transfer: UUID, *, at: datetime | None = None) -> Any:
        return self.act(self.receiver, "accept", transfer, at=at)

    def give_back(self, transfer: UUID, *, at: datetime | None = None) -> Any:
        return self.act(self.receiver, "return", transfer, at=at)

    def money(self) -> list[tuple[int, int, int]]:
        """Return balance, held and available of both."""
        rows = [account(person, at=self.at) for person in (self.sender, self.receiver)]
        return [(row.balance, row.held, row.available) for row in rows]

    def told(self, kind: str) -> list[tuple[UUID, UUID | None, UUID | None]]:
        """Return who was told of which transfer, and about whom."""
        rows = Notice.objects.filter(owner_id__in=[self.sender, self.receiver], kind=kind)
        return [(row.owner_id, row.about, row.ref) for row in rows.order_by("id")]


def status(transfer: UUID) -> str:
    """Return the status that is written, whatever the time."""
    return str(Transfer.objects.get(id=transfer).status)


def sweep(*, at: datetime) -> None:
    """End what nobody answered in time."""
    while expire(at=at):
        pass
