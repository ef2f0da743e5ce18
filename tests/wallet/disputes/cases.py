"""Disputes for tests: a payment that its payer disputes, and two of the staff."""

from datetime import datetime
from typing import Any
from uuid import UUID

from graph.people.models import Person
from graph.people.services import grant_role
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import account, make_people
from tests.wallet.requests.asked import Three
from wallet.accounts.numbers import number_of

WHY = "See the report."


def make_staff(count: int, *, at: datetime) -> list[UUID]:
    """Make people of the staff."""
    people = make_people(count, at=at)
    for person in Person.objects.filter(id__in=people):
        grant_role(username=person.username, role="staff")
    return people


class Case:
    """A payment of 800 that its payer disputes, and two of the staff."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at
        self.three = Three(at=at)
        self.payer, self.payee = self.three.payer, self.three.asker
        self.one, self.other = make_staff(2, at=at)
        self.payment = UUID(self.three.pay(self.three.ask(800))["payment"])
        opened = call(
            self.payer, "dispute.open", at=at, receipt=number_of(self.payment), reason="Not sent"
        )
        self.shown = opened["dispute"]
        self.id = UUID(self.shown["id"])

    def act(self, person: UUID, verb: str, **fields: Any) -> Any:
        """Take a step and return the dispute as the staff sees it."""
        terms = {"dispute": self.id, "reason": WHY} | fields
        return call(person, f"dispute.{verb}", at=self.at, **terms)["dispute"]

    def reverse(self, **fields: Any) -> Any:
        """Have one propose a reversal and the other confirm it."""
        self.act(self.one, "propose", outcome="reverse", **fields)
        return self.act(self.other, "confirm")

    def money(self) -> list[tuple[int, int]]:
        """Return balance and held of payer and payee."""
        rows = [account(person, at=self.at) for person in (self.payer, self.payee)]
        return [(row.balance, row.held) for row in rows]

    def leave_payee(self, amount: int) -> None:
        """Let the payee have only so much."""
        there = account(self.payee, at=self.at).available
        call(self.payee, "wallet.withdraw", at=self.at, amount=there - amount, channel="sandbox")

    def told(self, person: UUID) -> int:
        """Return how often a person was told of the dispute."""
        return Notice.objects.filter(owner_id=person, kind="dispute.changed", ref=self.id).count()
