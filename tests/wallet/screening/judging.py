"""A judge for tests: says of the payments of some payers what a test wants."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.people.models import Person
from tests.calls import call
from tests.people import make_people
from wallet.limits.pins import _Hasher, set_pin
from wallet.screening import judges
from wallet.screening.payments import Finding, Outcome, Payment

PIN = "482915"


def give_pin(person: UUID, *, at: datetime) -> None:
    """Have the person set the payment PIN."""
    set_pin(person_id=person, hashed=_Hasher().encode(PIN, _Hasher().salt()), at=at)


@contextmanager
def judging(outcome: Outcome, *payers: UUID, rule: str = "test.rule") -> Iterator[None]:
    """Have a judge ask for the outcome for all that the payers pay."""

    def judge(payments: Sequence[Payment], _: int) -> list[list[Finding]]:
        fired = Finding(rule, 1, outcome, {"seen": 3})
        return [[fired] if one.payer_id in payers else [] for one in payments]

    judges.put_judge(judge)
    try:
        yield
    finally:
        judges._judges.remove(judge)


def make_officers(count: int, *, at: datetime) -> list[UUID]:
    """Make people of the risk team."""
    officers = make_people(count, at=at)
    Person.objects.filter(id__in=officers).update(roles=["risk"])
    return officers


def decide(officer: UUID, verb: str, review: object, *, at: datetime) -> dict[str, Any]:
    """Release or return a held payment."""
    decided: dict[str, Any] = call(
        officer, f"review.{verb}", at=at, review=str(review), reason=f"{verb} it"
    )["review"]
    return decided
