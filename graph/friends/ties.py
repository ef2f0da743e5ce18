"""What two people are to each other, in one look."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from commands.arrays import column
from commands.questions import Question, Rows, ask_one

TWO = """
    SELECT id, roles, tier,
           EXISTS (SELECT FROM friends_block
                   WHERE (blocker_id, blocked_id) IN ((%(one)s, %(other)s), (%(other)s, %(one)s))),
           EXISTS (SELECT FROM friends_friendship
                   WHERE low_id = LEAST(%(one)s::uuid, %(other)s::uuid)
                     AND high_id = GREATEST(%(one)s::uuid, %(other)s::uuid)
                     AND status = 'friends')
    FROM people_person WHERE id IN (%(one)s, %(other)s, %(reader)s)
"""
FRIENDS_OF_PAIRS = """
    SELECT low_id, high_id FROM friends_friendship
    JOIN unnest(%(low)s::uuid[], %(high)s::uuid[]) AS pair (low, high)
        ON low_id = pair.low AND high_id = pair.high
    WHERE status = 'friends'
"""
# One by one, because a plan for everybody would read all friends of a hub.
FRIENDS_AMONG = """
    SELECT other FROM unnest(%(others)s::uuid[]) AS other
    WHERE EXISTS (SELECT FROM friends_friendship
                  WHERE low_id = LEAST(other, %(person)s)
                    AND high_id = GREATEST(other, %(person)s) AND status = 'friends')
"""


@dataclass(frozen=True)
class Two:
    """Whether one of two people has blocked the other, whether they are friends, and who they are:
    those of the two, and of a third who looks at them, who are there, by id.
    """

    blocked: bool
    friends: bool
    roles: dict[UUID, list[str]]
    tiers: dict[UUID, str]


def about_two(*, one: UUID, other: UUID, reader: UUID | None = None) -> Question[Two]:
    """Ask what two people are to each other, and who they and the reader are."""
    return Question(TWO, {"one": one, "other": other, "reader": reader or one}, _read_two)


def _read_two(rows: Rows) -> Two:
    return Two(
        blocked=any(blocked for *_, blocked, _ in rows),
        friends=any(friends for *_, friends in rows),
        roles={person_id: roles for person_id, roles, *_ in rows},
        tiers={person_id: tier for person_id, _, tier, *_ in rows},
    )


def list_friends_among(*, person_id: UUID, others: set[UUID]) -> set[UUID]:
    """Return those of the others who are friends of the person."""
    if not others:
        return set()
    values = {"person": person_id, "others": column(others)}
    return ask_one(Question(FRIENDS_AMONG, values, lambda rows: {friend for (friend,) in rows}))


def list_friendly(*, pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return those of the pairs who are friends."""
    wanted = set(pairs)
    ordered = [(min(pair), max(pair)) for pair in wanted]
    with connection.cursor() as cursor:
        cursor.execute(
            FRIENDS_OF_PAIRS,
            {"low": column(low for low, _ in ordered), "high": column(high for _, high in ordered)},
        )
        friends = set(cursor.fetchall())
    return {pair for pair in wanted if (min(pair), max(pair)) in friends}
