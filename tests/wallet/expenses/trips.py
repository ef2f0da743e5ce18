"""Trips for tests: a room of people who lay out money for each other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.calls import call
from tests.people import balance, make_group, make_people
from wallet.expenses.models import Balance, Expense, Line, Settlement, Version

FUNDS = 100_000


class Trip:
    """People on a trip, in the order of their ids; `0` is the first of them and so on."""

    def __init__(self, *, at: datetime, people: int = 3, funds: int = FUNDS) -> None:
        self.at = at
        self.people = sorted(make_people(people, at=at, funds=funds))
        self.room = make_group(self.people, at=at)

    def act(self, person: int, command: str, /, **fields: Any) -> Any:
        return call(self.people[person], command, at=self.at, **fields)

    def add(
        self, payer: int, amount: int, between: Sequence[int] | None = None, **fields: Any
    ) -> UUID:
        """Write down what one paid for some (or all) evenly, and return the expense's id."""
        places = range(len(self.people)) if between is None else between
        even = {"mode": "even", "members": [self.people[place] for place in places]}
        terms = {"paid": {str(self.people[payer]): amount}, "between": even, "note": "Trip"}
        answer = self.act(payer, "expense.add", room=self.room, **terms | fields)
        return UUID(answer["expense"]["id"])

    def nets(self, currency: str = "CNY") -> list[int]:
        """Return what each is owed in the room."""
        balances = self.act(0, "room.balances", room=self.room)["balances"]
        found = balances.get(currency, {})
        return [found.get(str(person), 0) for person in self.people]

    def plan(self, person: int = 0) -> list[tuple[int, int, int, str]]:
        """Return the payments of the plan as (from, to, amount, currency)."""
        payments = self.act(person, "room.settle_plan", room=self.room)["payments"]
        return [
            (self.place(one["from"]), self.place(one["to"]), one["amount"], one["currency"])
            for one in payments
        ]

    def because(self) -> list[list[str]]:
        """Return the expenses behind each payment of the plan."""
        payments = self.act(0, "room.settle_plan", room=self.room)["payments"]
        return [one["because"] for one in payments]

    def settle(self, payer: int, payee: int, amount: int, **fields: Any) -> Any:
        terms = {"room": self.room, "to": self.people[payee], "amount": amount}
        return self.act(payer, "room.settle", **terms | fields)["settlement"]

    def place(self, person: str) -> int:
        return self.people.index(UUID(person))

    def wallets(self) -> list[int]:
        """Return how much each has in the wallet, more than in the beginning."""
        return [balance(person, at=self.at) - FUNDS for person in self.people]

    def snapshot(self) -> Any:
        """Return all that there is in the room, to show that a refusal changes none of it."""
        expenses = Expense.objects.filter(room_id=self.room).order_by("id")
        lines = Line.objects.filter(expense__room_id=self.room).order_by("expense_id", "position")
        versions = Version.objects.filter(expense__room_id=self.room)
        return [
            list(expenses.values()),
            list(lines.values("expense_id", "person_id", "paid", "part")),
            versions.count(),
            list(
                Balance.objects.filter(room_id=self.room).order_by("person_id").values_list("net")
            ),
            list(Settlement.objects.filter(room_id=self.room).order_by("id").values()),
            self.wallets(),
        ]
