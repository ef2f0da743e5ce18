"""Friendships as the graph sees them."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q

from graph.friends.models import Block, Friendship, Status
from graph.friends.selectors import blocked_between
from graph.projection.queries import APPLY_FRIENDSHIPS, DUMP_FRIENDSHIPS
from graph.projection.registry import Kind, Row, register_kind
from outbox.services import record


def project_friendship(friendship: Friendship, *, blocked: bool = False) -> Row:
    """Return the friendship's edge; one that ended stays as an edge that is not live. `blocked`
    says that one of the two has blocked the other.
    """
    return {
        "id": str(friendship.id),
        "version": friendship.version,
        "low": str(friendship.low_id),
        "high": str(friendship.high_id),
        "live": friendship.status == Status.FRIENDS,
        "family": friendship.family,
        "blocked": blocked,
        "since": int(friendship.since.timestamp() * 1000) if friendship.since else 0,
    }


def _read_all() -> Iterator[Row]:
    low, high = OuterRef("low_id"), OuterRef("high_id")
    blocks = Block.objects.filter(
        Q(blocker_id=low, blocked_id=high) | Q(blocker_id=high, blocked_id=low)
    )
    shown = Friendship.objects.filter(version__gt=0).annotate(is_blocked=Exists(blocks))
    for friendship in shown.order_by("id").iterator(chunk_size=5_000):
        yield project_friendship(friendship, blocked=friendship.is_blocked)


FRIENDSHIP = register_kind(
    Kind(
        name="friendship", order=2, apply=APPLY_FRIENDSHIPS, dump=DUMP_FRIENDSHIPS,
        ends=("low", "high"), read_all=_read_all,
    )
)  # fmt: skip


def record_friendship(friendship: Friendship) -> None:
    """Send the friendship's edge on its way to the graph, with this transaction."""
    is_blocked = blocked_between(one=friendship.low_id, other=friendship.high_id)
    row = project_friendship(friendship, blocked=is_blocked)
    record(FRIENDSHIP.event(row, subjects=(friendship.low_id, friendship.high_id)))
