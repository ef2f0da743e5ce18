"""Friendships as the graph sees them."""

from collections.abc import Iterator

from graph.friends.models import Friendship, Status
from graph.projection.queries import APPLY_FRIENDSHIPS, DUMP_FRIENDSHIPS
from graph.projection.registry import Kind, Row, register_kind
from outbox.services import record


def project_friendship(friendship: Friendship) -> Row:
    """Return the friendship's edge; one that ended stays as an edge that is not live."""
    return {
        "id": str(friendship.id),
        "version": friendship.version,
        "low": str(friendship.low_id),
        "high": str(friendship.high_id),
        "live": friendship.status == Status.FRIENDS,
        "family": friendship.family,
        "since": int(friendship.since.timestamp() * 1000) if friendship.since else 0,
    }


def _read_all() -> Iterator[Row]:
    shown = Friendship.objects.filter(version__gt=0).order_by("id")
    for friendship in shown.iterator(chunk_size=5_000):
        yield project_friendship(friendship)


FRIENDSHIP = register_kind(
    Kind(
        name="friendship", order=2, apply=APPLY_FRIENDSHIPS, dump=DUMP_FRIENDSHIPS,
        ends=("low", "high"), read_all=_read_all,
    )
)  # fmt: skip


def record_friendship(friendship: Friendship) -> None:
    """Send the friendship's edge on its way to the graph, with this transaction."""
    row = project_friendship(friendship)
    record(FRIENDSHIP.event(row, subjects=(friendship.low_id, friendship.high_id)))
