"""Groups that people are in, put here by the layer that keeps them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Group:
    """A group as its members see it."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Groups:
    """What the keeper of groups answers.

    `in_common(one, other)` returns the groups that both are in; `around(person)` the people in the
    person's small groups, each with the ids of those.
    """

    in_common: Callable[[UUID, UUID], list[Group]]
    around: Callable[[UUID], Mapping[UUID, list[UUID]]]


_groups: list[Groups] = []


def put_groups(groups: Groups) -> None:
    """Have a keeper of groups asked."""
    _groups.append(groups)


def list_in_common(*, one: UUID, other: UUID) -> list[Group]:
    """Return the groups that two people are in."""
    return [group for groups in _groups for group in groups.in_common(one, other)]


def list_around(*, person_id: UUID) -> dict[UUID, list[UUID]]:
    """Return who is in a small group with the person, each with the ids of the groups."""
    found: dict[UUID, list[UUID]] = {}
    for groups in _groups:
        for person, ids in groups.around(person_id).items():
            found.setdefault(person, []).extend(ids)
    return found
