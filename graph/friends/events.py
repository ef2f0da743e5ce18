"""Friendships as the graph sees them."""

from graph.friends.models import Friendship, Status
from graph.friends.selectors import blocked_between
from graph.projection.queries import APPLY_FRIENDSHIPS, DUMP_FRIENDSHIPS
from graph.projection.registry import Edge, Kind, Row, milliseconds, register_kind
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
        "since": milliseconds(friendship.since) if friendship.since else 0,
    }


# The same of all that were ever friends, or of whom one has blocked the other.
SELECT = """
    SELECT f.id, f.version, f.low_id AS low, f.high_id AS high, f.status = 'friends' AS live,
           f.family_low AND f.family_high AS family,
           (f.low_id, f.high_id) IN (
               SELECT LEAST(b.blocker_id, b.blocked_id), GREATEST(b.blocker_id, b.blocked_id)
               FROM friends_block AS b) AS blocked,
           COALESCE(floor(extract(epoch FROM f.since) * 1000)::bigint, 0) AS since
    FROM friends_friendship AS f WHERE f.version > 0
"""
FRIENDSHIP = register_kind(
    Kind(
        name="friendship", order=2, select=SELECT, apply=APPLY_FRIENDSHIPS,
        dump=DUMP_FRIENDSHIPS, locks={"people": ("low", "high")},
        parts=(
            Edge("FRIEND", start=("Person", "low"), end=("Person", "high"), columns={
                "id": "string", "version": "long", "live": "boolean", "family": "boolean",
                "blocked": "boolean", "since": "long",
            }),
        ),
    )
)  # fmt: skip


def record_friendship(friendship: Friendship) -> None:
    """Send the friendship's edge on its way to the graph, with this transaction."""
    is_blocked = blocked_between(one=friendship.low_id, other=friendship.high_id)
    row = project_friendship(friendship, blocked=is_blocked)
    record(FRIENDSHIP.event(row, subjects=(friendship.low_id, friendship.high_id)))
