"""Reading who is there, as far as the reader may know."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from chat.presence import board
from chat.presence.models import Seen
from commands.frames import show_moment
from graph.people.models import Person

# A setting of the person, by `account.update`.
HIDES = {"hide_presence": True}
HIDING = '{"hide_presence": true}'

# Whom of the asked a person may see: themselves, and who is a friend or in a room with them, unless
# one of the two hides or has blocked the other.
VISIBLE = """
    SELECT p.id FROM people_person AS p
    WHERE p.id = ANY(%(asked)s) AND (p.id = %(reader)s OR (
        NOT p.settings @> %(hiding)s::jsonb
        AND NOT EXISTS (SELECT FROM people_person AS me
            WHERE me.id = %(reader)s AND me.settings @> %(hiding)s::jsonb)
        AND NOT EXISTS (SELECT FROM friends_block AS b
            WHERE (b.blocker_id = p.id AND b.blocked_id = %(reader)s)
               OR (b.blocker_id = %(reader)s AND b.blocked_id = p.id))
        AND (EXISTS (SELECT FROM friends_friendship AS f
                WHERE f.status = 'friends' AND f.low_id = LEAST(p.id, %(reader)s)
                  AND f.high_id = GREATEST(p.id, %(reader)s))
            OR EXISTS (SELECT FROM rooms_member AS mine JOIN rooms_member AS theirs
                ON theirs.room_id = mine.room_id AND theirs.person_id = p.id
                   AND theirs.left_seq IS NULL
                WHERE mine.person_id = %(reader)s AND mine.left_seq IS NULL))))
"""

# Who is told of somebody: friends, and members of their newest rooms that are not too large; no
# one who hides, nor where one of the two has blocked the other.
VIEWERS = """
    SELECT changed.id, viewer.id
    FROM unnest(%(people)s::uuid[]) AS changed (id)
    CROSS JOIN LATERAL (
        SELECT near.id FROM (
            SELECT high_id FROM friends_friendship
            WHERE low_id = changed.id AND status = 'friends'
            UNION
            SELECT low_id FROM friends_friendship
            WHERE high_id = changed.id AND status = 'friends'
            UNION
            SELECT other.person_id
            FROM (SELECT room_id FROM rooms_member
                  WHERE person_id = changed.id AND left_seq IS NULL
                  ORDER BY room_id DESC LIMIT %(rooms)s) AS mine
            JOIN rooms_member AS other ON other.room_id = mine.room_id AND other.left_seq IS NULL
            WHERE other.person_id <> changed.id AND (
                SELECT count(*) FROM (
                    SELECT FROM rooms_member AS m
                    WHERE m.room_id = mine.room_id AND m.left_seq IS NULL
                    LIMIT %(members)s + 1) AS few) <= %(members)s
        ) AS near (id)
        JOIN people_person AS p ON p.id = near.id
        WHERE NOT p.settings @> %(hiding)s::jsonb AND NOT EXISTS (
            SELECT FROM friends_block AS b
            WHERE (b.blocker_id = near.id AND b.blocked_id = changed.id)
               OR (b.blocker_id = changed.id AND b.blocked_id = near.id))
        LIMIT %(most)s
    ) AS viewer (id)
"""


def describe_presence(*, reader_id: UUID, people: Iterable[UUID]) -> list[dict[str, Any]]:
    """Return how each of the people stands, as the reader may know it; others are offline and were
    never seen.
    """
    asked = list(dict.fromkeys(people))
    visible = list_visible(reader_id=reader_id, people=asked)
    statuses = board.read(people=visible)
    seen = last_seen(people=visible)
    return [
        {
            "person": str(one),
            "status": statuses.get(one, board.OFFLINE),
            "last_seen": show_moment(seen[one]) if one in seen else None,
        }
        for one in asked
    ]


def list_visible(*, reader_id: UUID, people: Iterable[UUID]) -> set[UUID]:
    """Return those of the people whose presence the reader may know."""
    with connection.cursor() as cursor:
        cursor.execute(VISIBLE, {"asked": list(people), "reader": reader_id, "hiding": HIDING})
        return {row[0] for row in cursor.fetchall()}


def last_seen(*, people: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when each of the people was last there; who never was is left out."""
    return dict(Seen.objects.filter(person_id__in=list(people)).values_list("person_id", "at"))


def list_viewers(*, people: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Return who is told when one of the people comes or goes, whether they hide or not."""
    viewers: dict[UUID, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            VIEWERS,
            {
                "people": list(people), "hiding": HIDING, "rooms": settings.PRESENCE_ROOMS,
                "members": settings.PRESENCE_ROOM_MEMBERS, "most": settings.PRESENCE_VIEWERS,
            },
        )  # fmt: skip
        for person_id, viewer_id in cursor.fetchall():
            viewers[person_id].append(viewer_id)
    return viewers


def list_hiding(*, people: Iterable[UUID]) -> set[UUID]:
    """Return those of the people who hide."""
    rows = Person.objects.filter(id__in=list(people), settings__contains=HIDES)
    return set(rows.values_list("id", flat=True))
