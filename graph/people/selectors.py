"""Reading people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Lower

from commands.errors import Forbidden
from graph.people.errors import PersonNotFound, TierRequired
from graph.people.models import Person, Tier, Token

MAILED_AT_MOST = 5


@dataclass(frozen=True)
class Identity:
    """Who an access token speaks for."""

    person_id: UUID
    token_id: UUID
    expires_at: datetime


def get_person(*, person_id: UUID) -> Person:
    """Return the person. Raises PersonNotFound."""
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise PersonNotFound()
    return person


def get_present_person(*, person_id: UUID) -> Person:
    """Return the person, who has not left. Raises PersonNotFound."""
    person = get_person(person_id=person_id)
    if person.closed_at is not None:
        raise PersonNotFound()
    return person


def get_people(*, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return the people by id. Raises PersonNotFound when one is missing."""
    wanted = set(person_ids)
    people = Person.objects.in_bulk(wanted)
    if len(people) < len(wanted):
        raise PersonNotFound()
    return people


def require_people(*, person_ids: Iterable[UUID]) -> None:
    """Raise PersonNotFound unless all of the ids are somebody's."""
    wanted = set(person_ids)
    if not wanted <= list_known(person_ids=wanted):
        raise PersonNotFound()


def get_tiers(*, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the tiers of those of the people who are there, by id."""
    return dict(Person.objects.filter(id__in=set(person_ids)).values_list("id", "tier"))


def list_known(*, person_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the ids that are somebody's."""
    return set(Person.objects.filter(id__in=set(person_ids)).values_list("id", flat=True))


def find_identity(*, digest: bytes, at: datetime) -> Identity | None:
    """Return who the token with this digest speaks for, or None when it is unknown or expired."""
    token = Token.objects.filter(digest=digest, expires_at__gt=at, person__closed_at=None).first()
    return Identity(token.person_id, token.id, token.expires_at) if token else None


def find_by_username(*, username: str) -> Person | None:
    """Return the person with this username, in whatever case, or None."""
    # LOWER() on both sides is what the unique index holds; `iexact` would be UPPER(), which takes
    # other letters for the same and reads everybody.
    people = Person.objects.alias(handle=Lower("username"))
    return people.filter(handle=Lower(Value(username))).first()


def list_by_email(*, email: str) -> list[Person]:
    """Return at most 5 people with this mail address, in whatever case."""
    people = Person.objects.alias(address=Lower("email")).filter(closed_at=None)
    return list(people.filter(address=Lower(Value(email))).order_by("id")[:MAILED_AT_MOST])


def get_tier(*, person_id: UUID) -> str:
    """Return the person's tier. Raises PersonNotFound."""
    tier = Person.objects.filter(id=person_id).values_list("tier", flat=True).first()
    if tier is None:
        raise PersonNotFound()
    return str(tier)


def require_tier(*, person_id: UUID, tier: Tier) -> None:
    """Raise TierRequired unless the person is known at least that well."""
    has = get_tier(person_id=person_id)
    order = list(Tier.values)
    if order.index(has) < order.index(tier):
        raise TierRequired(tier=str(tier), has=has)


def require_role(*, person_id: UUID, role: str) -> None:
    """Raise Forbidden unless the person has the role (`risk`, `staff`)."""
    if not Person.objects.filter(id=person_id, roles__contains=[role]).exists():
        raise Forbidden(role=role)
