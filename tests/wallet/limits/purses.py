"""People who pay each other, and what was counted of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password

from graph.people.models import Person, Tier
from tests.calls import call
from tests.people import make_people
from wallet.ledger.models import Account, Transfer

YUAN = 100
FUNDS = 10_000_000 * YUAN
PASSWORD = "harbour-bike-4b"
PIN = "482915"


class Pair:
    """Somebody of a tier with more than enough money, and somebody to pay it to."""

    def __init__(self, tier: Tier = Tier.BASIC, *, at: datetime) -> None:
        self.at = at
        (self.payer,) = make_people(1, at=at, funds=FUNDS, tier=tier)
        (self.payee,) = make_people(1, at=at)

    def send(self, yuan: float, *, at: datetime | None = None, **fields: Any) -> UUID:
        """Offer an amount and return the transfer's id."""
        terms = {"to": self.payee, "amount": round(yuan * YUAN)} | fields
        answer = call(self.payer, "transfer.send", at=at or self.at, **terms)
        return UUID(answer["transfer"]["id"])

    def accept(self, transfer: UUID, *, at: datetime | None = None) -> None:
        call(self.payee, "transfer.accept", at=at or self.at, transfer=transfer)

    def give_back(self, transfer: UUID, *, at: datetime | None = None) -> None:
        call(self.payee, "transfer.return", at=at or self.at, transfer=transfer)

    def used(self, *, at: datetime | None = None) -> tuple[int, int]:
        """Return what counts of the day and of the year, in fen."""
        (limit, *_) = call(self.payer, "wallet.get", at=at or self.at)["limits"]
        return limit["day"]["used"], limit["year"]["used"]

    def set_pin(self, pin: str = PIN, *, at: datetime | None = None) -> Any:
        """Give the payer a password that can be typed, and a PIN."""
        Person.objects.filter(id=self.payer).update(password=make_password(PASSWORD))
        terms = {"pin": pin, "password": PASSWORD}
        return call(self.payer, "wallet.set_pin", at=at or self.at, **terms)["wallet"]["pin"]

    def held(self) -> int:
        """Return what of the payer's money is held, in fen."""
        (account,) = call(self.payer, "wallet.get", at=self.at)["accounts"]
        return int(account["held"])


def traces(person: UUID) -> tuple[Any, ...]:
    """Return all that a payment of somebody changes, to compare before and after a refusal."""
    accounts = Account.objects.filter(owner_id=person, kind="balance").order_by("id")
    spent = accounts.values_list(
        "id", "outgoing_day", "gone_on_day", "paid_on_day", "paid_in_year"
    )  # fmt: skip
    transfers = Transfer.objects.filter(debit_account__owner_id=person).count()
    return tuple(spent), transfers
