"""Reading friendships."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from commands.arrays import column
from graph.friends.errors import NotFriends
from graph.friends.models import Block, Dismissal, Friendship, Status
from graph.people.models import Person

REQUESTS_SHOWN = 200
BLOCKS = """
    SELECT blocker_id, blocked_id FROM friends_block
    JOIN unnest(%s::uuid[], %s::uuid[]) AS pair (blocker_id, blocked_id)
        USING (blocker_id, blocked_id)
"""


def list_friends(*, person_id: UUID) -> list[Friendship]:
    """Return the person's friendships with both people loaded, by the other's name, without those
    with people who have left.
    """
    friends = _of(person_id).filter(status=Status.FRIENDS).select_related("low", "high")
    rows = friends.filter(low__closed_at=None, high__closed_at=None)
    return sorted(rows, key=lambda row: _other_name(row, person_id))


def list_requests(*, person_id: UUID) -> list[Friendship]:
    """Return the 200 newest open requests from and to the person, by the other's name, without
    those of people the person has blocked, or who have left.
    """
    rows = (
        _of(person_id)
        .filter(status=Status.ASKED, low__closed_at=None, high__closed_at=None)
        .exclude(_by_blocked(person_id))
    )
    newest = rows.order_by(F("asked_at").desc(nulls_last=True), "-id")
    page = newest.select_related("low", "high")[:REQUESTS_SHOWN]
    return sorted(page, key=lambda row: _other_name(row, person_id))


def _of(person_id: UUID) -> QuerySet[Friendship]:
    return Friendship.objects.filter(Q(low_id=person_id) | Q(high_id=person_id))


def _by_blocked(person_id: UUID) -> Q:
    blocked = Block.objects.filter(blocker_id=person_id).values("blocked_id")
    return Q(asked_by_id__in=blocked)


def _other_name(row: Friendship, person_id: UUID) -> str:
    return row.high.name if row.low_id == person_id else row.low.name


def list_ties(*, person_id: UUID) -> list[Friendship]:
    """Return the person's friendships and open requests, by id."""
    return list(_of(person_id).exclude(status=Status.NONE).order_by("id"))


def tied_ids(*, person_id: UUID) -> tuple[set[UUID], set[UUID]]:
    """Return the ids of the person's friends, and of those with an open request."""
    rows = _of(person_id).exclude(status=Status.NONE)
    friends, asked = set[UUID](), set[UUID]()
    for low, high, status in rows.values_list("low_id", "high_id", "status"):
        (friends if status == Status.FRIENDS else asked).add(high if low == person_id else low)
    return friends, asked


def friend_ids(*, person_id: UUID) -> set[UUID]:
    """Return the ids of the person's friends."""
    pairs = _of(person_id).filter(status=Status.FRIENDS).values_list("low_id", "high_id")
    return {high if low == person_id else low for low, high in pairs}


def count_friends(*, person_id: UUID) -> int:
    """Return how many friends the person has."""
    return _of(person_id).filter(status=Status.FRIENDS).count()


def count_requests(*, person_id: UUID, by_them: bool) -> int:
    """Return how many open requests there are: made by the person, or made to them by people whom
    they have not blocked.
    """
    asked = _of(person_id).filter(status=Status.ASKED)
    if by_them:
        return asked.filter(asked_by_id=person_id).count()
    # What the person never sees they cannot refuse: it would take the place of others for good.
    return asked.exclude(Q(asked_by_id=person_id) | _by_blocked(person_id)).count()


SHARING = """
    WITH mine AS (
        SELECT high_id AS id FROM friends_friendship
        WHERE low_id = %(person)s AND status = 'friends'
        UNION ALL
        SELECT low_id FROM friends_friendship WHERE high_id = %(person)s AND status = 'friends'
    )
    SELECT other.id FROM unnest(%(others)s::uuid[]) AS other (id)
    WHERE EXISTS (SELECT FROM friends_friendship AS f JOIN mine ON mine.id = f.high_id
                  WHERE f.low_id = other.id AND f.status = 'friends')
       OR EXISTS (SELECT FROM friends_friendship AS f JOIN mine ON mine.id = f.low_id
                  WHERE f.high_id = other.id AND f.status = 'friends')
"""


def sharing_friend(*, person_id: UUID, others: Iterable[UUID]) -> set[UUID]:
    """Return those of the others who have a friend in common with the person, or are one."""
    wanted = set(others)
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(SHARING, {"person": person_id, "others": list(wanted)})
        shared = {row[0] for row in cursor.fetchall()}
    return shared | (wanted & friend_ids(person_id=person_id))


def are_friends(*, one: UUID, other: UUID) -> bool:
    """Tell whether two people are friends."""
    low, high = sorted((one, other))
    return Friendship.objects.filter(low_id=low, high_id=high, status=Status.FRIENDS).exists()


def friends_since(*, pairs: set[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], datetime]:
    """Return since when those of the pairs that are friends are, in one statement."""
    ordered = {(one, other): (min(one, other), max(one, other)) for one, other in pairs}
    rows = Friendship.objects.filter(
        low_id__in={low for low, _ in ordered.values()},
        high_id__in={high for _, high in ordered.values()},
        status=Status.FRIENDS,
    )
    found = {(row.low_id, row.high_id): row.since for row in rows}
    return {pair: since for pair, row in ordered.items() if (since := found.get(row))}


def require_friends(*, person_id: UUID, others: Iterable[UUID]) -> None:
    """Raise NotFriends unless all the others are friends of the person."""
    wanted = set(others)
    if not wanted:
        return
    pairs = (
        _of(person_id)
        .filter(Q(low_id__in=wanted) | Q(high_id__in=wanted), status=Status.FRIENDS)
        .values_list("low_id", "high_id")
    )
    found = {high if low == person_id else low for low, high in pairs}
    if missing := wanted - found:
        raise NotFriends(people=sorted(str(person) for person in missing))


def blocked_between(*, one: UUID, other: UUID) -> bool:
    """Tell whether one of two people has blocked the other."""
    return Block.objects.filter(
        Q(blocker_id=one, blocked_id=other) | Q(blocker_id=other, blocked_id=one)
    ).exists()


def blocked_among(pairs: set[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return those of the pairs in which the first person has blocked the second."""
    ordered = list(pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            BLOCKS,
            [column(blocker for blocker, _ in ordered), column(blocked for _, blocked in ordered)],
        )
        return set(cursor.fetchall())


def blocked_ids(*, person_id: UUID) -> set[UUID]:
    """Return whom the person has blocked and who has blocked the person."""
    pairs = Block.objects.filter(Q(blocker_id=person_id) | Q(blocked_id=person_id))
    return {
        blocked if blocker == person_id else blocker
        for blocker, blocked in pairs.values_list("blocker_id", "blocked_id")
    }


def list_blocked(*, person_id: UUID) -> list[Person]:
    """Return whom the person has blocked, by name."""
    blocked = Block.objects.filter(blocker_id=person_id).values("blocked_id")
    return list(Person.objects.filter(id__in=blocked).order_by("name", "id"))


def dismissed_ids(*, person_id: UUID) -> set[UUID]:
    """Return whom the person does not want to be suggested."""
    rows = Dismissal.objects.filter(person_id=person_id)
    return set(rows.values_list("other_id", flat=True))
