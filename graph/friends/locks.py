"""Row locks on friendships."""

from uuid import UUID

from uuid_utils.compat import uuid7

from graph.friends.errors import Yourself
from graph.friends.models import Friendship


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
