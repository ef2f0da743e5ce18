"""Friendships as the graph sees them."""

from graph.friends.models import Friendship, Status
from graph.projection.queries import APPLY_FRIENDSHIPS, DUMP_FRIENDSHIPS
from graph.projection.registry import Edge, Kind, Row, milliseconds, register_kind
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
        "since": milliseconds(friendship.since) if friendship.since else 0,
    }


# The same of all that were ever friends.
SELECT = """
    SELECT id, version, low_id AS low, high_id AS high, status = 'friends' AS live,
           family_low AND family_high AS family,
           COALESCE(floor(extract(epoch FROM since) * 1000)::bigint, 0) AS since
    FROM friends_friendship WHERE version > 0
"""
FRIENDSHIP = register_kind(
    Kind(
        name="friendship", order=2, select=SELECT, apply=APPLY_FRIENDSHIPS,
        dump=DUMP_FRIENDSHIPS, locks={"people": ("low", "high")},
        parts=(
            Edge("FRIEND", start=("Person", "low"), end=("Person", "high"), columns={
                "id": "string", "version": "long", "live": "boolean", "family": "boolean",
                "since": "long",
            }),
        ),
    )
)  # fmt: skip


def record_friendship(friendship: Friendship) -> None:
    """Send the friendship's edge on its way to the graph, with this transaction."""
    row = project_friendship(friendship)
    record(FRIENDSHIP.event(row, subjects=(friendship.low_id, friendship.high_id)))
