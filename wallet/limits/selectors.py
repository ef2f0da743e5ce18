"""Reading what may still be paid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from wallet.days import day_of
from wallet.ledger.models import Account
from wallet.limits.models import Pin


@dataclass(frozen=True)
class Limit:
    """What one account may pay at most in a payment, a day and a year, and has paid, in minor
    units.
    """

    account_id: UUID
    currency: str
    payment: int
    day: int
    paid_on_day: int
    year: int
    paid_in_year: int


def list_limits(*, accounts: Sequence[Account], tier: str, at: datetime) -> list[Limit]:
    """Return the limits of accounts whose owner has the tier, in their order."""
    payment, day, year = settings.OUTGOING_LIMITS[tier]
    today = day_of(at)
    limits = []
    for account in accounts:
        counted = account.outgoing_day
        limits.append(
            Limit(
                account.id, account.currency, payment,
                day, account.paid_on_day if counted and counted >= today else 0,
                year, account.paid_in_year if counted and counted.year >= today.year else 0,
            )
        )  # fmt: skip
    return limits


def find_pin(*, person_id: UUID) -> Pin | None:
    """Return the person's PIN, or None if none was set."""
    return Pin.objects.filter(person_id=person_id).first()


def find_pins(*, person_ids: Iterable[UUID]) -> dict[UUID, Pin]:
    """Return the PINs of those of the people who have set one."""
    return Pin.objects.in_bulk(set(person_ids))
