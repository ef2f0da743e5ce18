"""Who may be near enough to lend to, or to borrow from: friends, and friends of friends."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import connection

Role = Literal["lender", "borrower"]

# Friends of friends for whom limits are worked out, those with the most trust over one friend
# first; and how many of the friends in common are named.
NEAR = 200
NAMED = 10

FRIENDS = """
    SELECT person.id FROM people_person AS person JOIN (
        SELECT high_id AS id FROM friends_friendship WHERE low_id = %(me)s AND status = 'friends'
        UNION ALL
        SELECT low_id FROM friends_friendship WHERE high_id = %(me)s AND status = 'friends'
    ) AS friend USING (id)
    LEFT JOIN trust_line AS line
        ON line.giver_id = CASE WHEN %(lends)s THEN %(me)s ELSE friend.id END
       AND line.receiver_id = CASE WHEN %(lends)s THEN friend.id ELSE %(me)s END
    WHERE person.closed_at IS NULL
    ORDER BY COALESCE(line.capacity - line.reserved, 0) DESC, person.id
    LIMIT %(most)s
"""
# `carried` is what one friend in common carries by two lines. The one that is not the lender's own
# has to serve them; `friends` does, since whoever gives it is a friend of both.
#
# Who is near tells of a friendship: that of the friend in common, who has to show it to friends,
# and of the other, who has to show it to everybody and let people whom they share a friend with
# find them. It is the rule of suggestions.
FRIENDS_OF_FRIENDS = """
    WITH friend AS MATERIALIZED (
        SELECT high_id AS id FROM friends_friendship WHERE low_id = %(me)s AND status = 'friends'
        UNION ALL
        SELECT low_id FROM friends_friendship WHERE high_id = %(me)s AND status = 'friends'
    ), showing AS MATERIALIZED (
        SELECT id FROM friend JOIN people_person AS person USING (id)
        WHERE person.friends_seen_by <> 'nobody'
    ), known AS (
        SELECT showing.id AS via, high_id AS id FROM showing
        JOIN friends_friendship ON low_id = showing.id AND status = 'friends'
        UNION ALL
        SELECT showing.id, low_id FROM showing
        JOIN friends_friendship ON high_id = showing.id AND status = 'friends'
    ), near AS (
        SELECT known.via, known.id, LEAST(
            COALESCE(CASE WHEN %(lends)s THEN mine.capacity - mine.reserved
                          ELSE to_me.capacity - to_me.reserved END, 0),
            COALESCE(CASE WHEN %(lends)s THEN theirs.capacity - theirs.reserved
                          ELSE from_them.capacity - from_them.reserved END, 0)) AS carried
        FROM known
        LEFT JOIN trust_line AS mine ON %(lends)s
            AND mine.giver_id = %(me)s AND mine.receiver_id = known.via
        LEFT JOIN trust_line AS theirs ON %(lends)s
            AND theirs.giver_id = known.via AND theirs.receiver_id = known.id
            AND theirs.lenders <> 'nobody'
        LEFT JOIN trust_line AS to_me ON NOT %(lends)s
            AND to_me.giver_id = known.via AND to_me.receiver_id = %(me)s
            AND to_me.lenders <> 'nobody'
        LEFT JOIN trust_line AS from_them ON NOT %(lends)s
            AND from_them.giver_id = known.id AND from_them.receiver_id = known.via
        WHERE known.id <> %(me)s AND known.id NOT IN (SELECT id FROM friend)
    )
    SELECT near.id, (array_agg(via ORDER BY carried DESC, via))[1:%(named)s], count(*)
    FROM near JOIN people_person AS person USING (id)
    WHERE person.closed_at IS NULL
      AND person.found_by <> 'nobody' AND person.friends_seen_by = 'everybody' AND NOT EXISTS (
        SELECT FROM friends_block WHERE (blocker_id, blocked_id)
            IN ((near.id, %(me)s), (%(me)s, near.id)))
    GROUP BY near.id
    ORDER BY sum(carried) DESC, count(*) DESC, near.id
    LIMIT %(most)s
"""


@dataclass(frozen=True)
class Near:
    """A friend of friends: some of the friends in common, and how many there are."""

    person_id: UUID
    through: list[UUID]
    mutual: int


def list_present_friends(*, person_id: UUID, role: Role) -> list[UUID]:
    """Return the person's friends who have not left, as many as one may have, those first to whom,
    or from whom, a line has the most free; `role` is the person's own.
    """
    # A graph from elsewhere may have given them more. See Note [Beyond the bound].
    values: dict[str, Any] = {
        "me": person_id,
        "lends": role == "lender",
        "most": settings.FRIENDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(FRIENDS, values)
        return [friend for (friend,) in cursor.fetchall()]


def list_near(*, person_id: UUID, role: Role, most: int = NEAR) -> list[Near]:
    """Return friends of the person's friends, nobody who has left or with whom there is a block,
    and only over friendships that both their people show; those first to whom the most trust leads
    over one friend. `role` is the person's own.
    """
    values: dict[str, Any] = {
        "me": person_id,
        "lends": role == "lender",
        "named": NAMED,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(FRIENDS_OF_FRIENDS, values)
        return [Near(*row) for row in cursor.fetchall()]
