"""Row locks on friendships."""

from uuid import UUID

from uuid_utils.compat import uuid7

from graph.friends.errors import Yourself
from graph.friends.models import Friendship
from graph.people.errors import PersonNotFound
from graph.people.locks import lock_people


def lock_friendship(*, one: UUID, other: UUID) -> Friendship:
    """Lock the pair's row, made if it was missing, until the transaction ends. Raises Yourself."""
    if one == other:
        raise Yourself()
    low, high = sorted((one, other))
    # Made first and locked then, so that two who ask each other at once meet on one row.
    Friendship.objects.bulk_create(
        [Friendship(id=uuid7(), low_id=low, high_id=high)], ignore_conflicts=True
    )
    return Friendship.objects.select_for_update(no_key=True).get(low_id=low, high_id=high)


def lock_pair(*, one: UUID, other: UUID) -> Friendship:
    """Lock both people, who have not left, and then the pair's row.

    For what adds a friend or a request: how many somebody has is counted under their own lock, so
    that two who say yes at once cannot both be the last one. Raises Yourself and PersonNotFound.
    """
    if one == other:
        raise Yourself()
    # People before pairs, everywhere: who leaves holds their own row and then asks for no pair.
    people = lock_people(person_ids=(one, other))
    if len(people) < 2 or any(person.closed_at for person in people):
        raise PersonNotFound()
    return lock_friendship(one=one, other=other)
