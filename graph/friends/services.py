"""Making and ending friendships."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from graph.friends import selectors
from graph.friends.errors import NotAsked, NotFriends, TooManyFriends, Yourself
from graph.friends.events import record_friendship
from graph.friends.locks import lock_friendship
from graph.friends.models import Block, Friendship, Status
from graph.people.selectors import get_person, get_present_person
from graph.trust.models import Line
from graph.trust.selectors import find_line
from graph.trust.services import lower_lines_between, set_line
from outbox.notices.selectors import was_told
from outbox.notices.services import Tell, notify


def ask(*, person_id: UUID, other: UUID, note: str, at: datetime) -> Friendship:
    """Ask for a friendship; if the other has asked already, the two are friends.

    Asking again, or asking a friend, changes nothing. Who was blocked sees the request as pending,
    and the blocker never hears of it. Raises PersonNotFound, Yourself and TooManyFriends.
    """
    _require_other(person_id, other)
    with transaction.atomic():
        # Who asks somebody they have blocked wants to hear from them again.
        Block.objects.filter(blocker_id=person_id, blocked_id=other).delete()
        friendship = lock_friendship(one=person_id, other=other)
        if friendship.status == Status.ASKED and friendship.asked_by_id == other:
            return _become_friends(friendship, person_id, at)
        if friendship.status == Status.NONE:
            friendship.status = Status.ASKED
            friendship.asked_by_id = person_id
            friendship.asked_at = at
            friendship.note = note
            friendship.save()
            _tell_once_a_day(other, person_id, note, at)
    return friendship


def _tell_once_a_day(asked: UUID, asker: UUID, note: str, at: datetime) -> None:
    # Under the pair's lock. Who takes requests back and asks anew is not heard each time.
    day_ago = at - timedelta(days=1)
    if not was_told(owner_id=asked, kind="friend.asked", about=asker, since=day_ago):
        notify(Tell(asked, "friend.asked", about=asker, text=note), at=at)


def accept(*, person_id: UUID, other: UUID, at: datetime) -> Friendship:
    """Accept a request. Raises NotAsked when there is none, Yourself and TooManyFriends."""
    with transaction.atomic():
        friendship = lock_friendship(one=person_id, other=other)
        if friendship.status == Status.FRIENDS:
            return friendship
        if friendship.status != Status.ASKED or friendship.asked_by_id != other:
            raise NotAsked()
        Block.objects.filter(blocker_id=person_id, blocked_id=other).delete()
        return _become_friends(friendship, person_id, at)


def _become_friends(friendship: Friendship, accepter: UUID, at: datetime) -> Friendship:
    for person_id in (friendship.low_id, friendship.high_id):
        if len(selectors.friend_ids(person_id=person_id)) >= settings.FRIENDS:
            raise TooManyFriends(most=settings.FRIENDS)
    friendship.status = Status.FRIENDS
    friendship.since = at
    friendship.version += 1
    friendship.save()
    record_friendship(friendship)
    asker = friendship.other(accepter)
    notify(Tell(asker, "friend.accepted", about=accepter), at=at)
    return friendship


def refuse(*, person_id: UUID, other: UUID) -> Friendship:
    """Refuse a request, or take one's own back. Raises NotAsked when there is none, and
    Yourself.
    """
    with transaction.atomic():
        friendship = lock_friendship(one=person_id, other=other)
        if friendship.status != Status.ASKED:
            raise NotAsked()
        _drop_request(friendship)
    return friendship


def _drop_request(friendship: Friendship) -> None:
    friendship.status = Status.NONE
    friendship.asked_by = None
    friendship.note = ""
    friendship.save()


def remove(*, person_id: UUID, other: UUID, at: datetime) -> Friendship:
    """End a friendship; trust lines between the two fall to what open loans use. Raises
    NotFriends and Yourself.
    """
    with transaction.atomic():
        friendship = lock_friendship(one=person_id, other=other)
        if friendship.status != Status.FRIENDS:
            raise NotFriends()
        _end(friendship, by=person_id, at=at)
    return friendship


def _end(friendship: Friendship, *, by: UUID, at: datetime) -> None:
    friendship.status = Status.NONE
    friendship.asked_by = None
    friendship.family_low = friendship.family_high = False
    friendship.version += 1
    friendship.save()
    record_friendship(friendship)
    lower_lines_between(one=friendship.low_id, other=friendship.high_id, by=by, at=at)


def mark_family(*, person_id: UUID, other: UUID) -> Friendship:
    """Mark a friend as family; it counts once both have. Raises NotFriends and Yourself."""
    with transaction.atomic():
        friendship = lock_friendship(one=person_id, other=other)
        if friendship.status != Status.FRIENDS:
            raise NotFriends()
        friendship.mark_family(person_id)
        friendship.version += 1
        friendship.save()
        record_friendship(friendship)
    return friendship


def block(*, person_id: UUID, other: UUID, on: bool, at: datetime) -> None:
    """Stop hearing from somebody, which ends a friendship or takes a request back, or hear from
    them again.

    Raises PersonNotFound and Yourself.
    """
    _require_other(person_id, other)
    with transaction.atomic():
        if not on:
            Block.objects.filter(blocker_id=person_id, blocked_id=other).delete()
            return
        friendship = lock_friendship(one=person_id, other=other)
        Block.objects.bulk_create(
            [Block(blocker_id=person_id, blocked_id=other)], ignore_conflicts=True
        )
        if friendship.status == Status.FRIENDS:
            _end(friendship, by=person_id, at=at)
            return
        if friendship.status == Status.ASKED and friendship.asked_by_id == person_id:
            # Otherwise the blocked one could still say yes to it, or ask, and be a friend.
            _drop_request(friendship)
        lower_lines_between(one=person_id, other=other, by=person_id, at=at)


def trust(
    *, person_id: UUID, other: UUID, capacity: int, lenders: str | None, at: datetime
) -> Line:
    """Stand behind a friend up to an amount; 0 ends it. Raises NotFriends, Yourself,
    PersonNotFound (also for who has left) and BelowReserved.
    """
    _require_other(person_id, other)
    if capacity > 0:
        get_present_person(person_id=other)
    with transaction.atomic():
        # Under the pair's lock: a friendship that ends at this moment lowers the line before or
        # after, not never.
        friendship = lock_friendship(one=person_id, other=other)
        is_friend = friendship.status == Status.FRIENDS
        # What was given to a friend of once can still be ended.
        if not is_friend and (capacity > 0 or not find_line(giver=person_id, receiver=other)):
            raise NotFriends()
        return set_line(giver=person_id, receiver=other, capacity=capacity, lenders=lenders, at=at)


def _require_other(person_id: UUID, other: UUID) -> None:
    if person_id == other:
        raise Yourself()
    get_person(person_id=other)
