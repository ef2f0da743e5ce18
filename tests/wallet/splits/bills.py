"""Bills for tests: a room of people, the first of whom has paid."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tests.calls import call
from tests.people import balance, make_group, make_people
from wallet.splits.models import Share

FUNDS = 100_000


class Table:
    """People around a table, in the order of their ids, and bills among them."""

    def __init__(self, *, at: datetime, people: int = 3) -> None:
        self.at = at
        self.people = sorted(make_people(people, at=at, funds=FUNDS))
        self.host, *self.guests = self.people
        self.room = make_group(self.people, at=at)

    def split(self, amount: int, between: dict[str, Any], **fields: Any) -> Any:
        """Ask for a bill and return the answer."""
        terms = {"room": self.room, "amount": amount, "note": "Hot pot", "between": between}
        return call(self.host, "split.create", at=self.at, **terms | fields)

    def evenly(self, amount: int, **fields: Any) -> UUID:
        """Split evenly between all, in order, and return the bill's id."""
        members = {"mode": "even", "members": self.people}
        return UUID(self.split(amount, members, **fields)["split"]["id"])

    def act(self, person: UUID, command: str, split: UUID, *, at: datetime | None = None) -> Any:
        return call(person, f"split.{command}", at=at or self.at, split=split)["split"]

    def balances(self) -> list[int]:
        """Return how much each has more than in the beginning."""
        return [balance(person, at=self.at) - FUNDS for person in self.people]


def amounts(split: UUID) -> list[int]:
    """Return the shares in the order in which people were named."""
    rows = Share.objects.filter(split_id=split).order_by("position")
    return list(rows.values_list("amount", flat=True))


def statuses(split: UUID) -> list[str]:
    """Return what became of the shares, in the order in which people were named."""
    rows = Share.objects.filter(split_id=split).order_by("position")
    return list(rows.values_list("status", flat=True))
