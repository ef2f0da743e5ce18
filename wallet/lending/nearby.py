"""What a person could lend to, or borrow from, everybody near them, in a fixed number of
questions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from graph.limits.reach import Role, list_near, list_present_friends
from graph.limits.selectors import Source
from wallet.lending.selectors import list_limits


@dataclass(frozen=True)
class Reachable:
    """Somebody near, what the limit between the two is, and through which friends they are near."""

    person_id: UUID
    limit: int
    through: list[UUID]


@dataclass(frozen=True)
class Nearby:
    """Limits with all friends, and with those friends of friends where there is something to
    lend.
    """

    friends: list[Reachable]
    near: list[Reachable]
    source: Source


def list_nearby(*, person_id: UUID, role: Role, at: datetime) -> Nearby:
    """Return the limits between a person and each friend, and the nearest friends of friends; the
    largest first. `role` is the person's own.
    """
    friends = list_present_friends(person_id=person_id, role=role)
    near = {one.person_id: one for one in list_near(person_id=person_id, role=role)}
    people = [*friends, *near]
    pairs = {one: (person_id, one) if role == "lender" else (one, person_id) for one in people}
    limits = list_limits(pairs=list(pairs.values()), at=at)
    found = {one: limits[pair] for one, pair in pairs.items()}
    sources = {limit.flow.source for limit in found.values()}
    return Nearby(
        friends=_order(Reachable(one, found[one].limit, []) for one in friends),
        near=_order(
            Reachable(one, found[one].limit, via.through)
            for one, via in near.items()
            if found[one].limit
        ),
        source="neo4j" if sources == {"neo4j"} else "postgres",
    )


def _order(people: Iterable[Reachable]) -> list[Reachable]:
    return sorted(people, key=lambda one: (-one.limit, one.person_id))
