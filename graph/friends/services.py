"""Making and ending friendships."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from graph.friends import selectors
from graph.friends.errors import (
    NotAsked,
    NotFriends,
    TooManyFriends,
    TooManyRequests,
    Yourself,
)
from graph.friends.events import record_friendship
from graph.friends.locks import lock_friendship, lock_pair
from graph.friends.models import Block, Dismissal, Friendship, Status
from graph.friends.shown import require_shown
from graph.people.selectors import get_person, get_present_person
from graph.trust.models import Line
from graph.trust.selectors import find_line
from graph.trust.services import lower_lines_between, set_line
from outbox.notices.selectors import was_told
from outbox.notices.services import Tell, notify


def ask(*, person_id: UUID, other: UUID, note: str, at: datetime) -> Friendship:
    """Ask for a friendship; if the other has asked already, the two are friends.

    Asking again, or asking a friend, changes nothing. Who was blocked sees the request as pending,
    and the blocker never hears of it. Raises PersonNotFound (also for who has left, or is not
    shown to the person), Yourself, TooManyFriends and TooManyRequests.
    """
    # Who asks is told a name, and is shown the person from then on.
    require_shown(person_id=other, reader_id=person_id, at=at)
    with transaction.atomic():
        friendship = lock_pair(one=person_id, other=other)
        # Who asks somebody they have blocked wants to hear from them again.
        _lift_block(friendship, person_id)
        if friendship.status == Status.ASKED and friendship.asked_by_id == other:
            return _become_friends(friendship, person_id, at)
        if friendship.status == Status.NONE:
            _refuse_many_requests(person_id, other)
            friendship.status = Status.ASKED
            friendship.asked_by_id = person_id
            friendship.asked_at = at
            friendship.note = note
            friendship.save()
            _tell_once_a_day(other, person_id, note, at)
    return friendship


def _refuse_many_requests(asker: UUID, asked: UUID) -> None:
    bounds = (
        (asker, True, settings.FRIEND_REQUESTS, "yours"),
        (asked, False, settings.FRIEND_REQUESTS_TO_ONE, "theirs"),
    )
    for person_id, by_them, most, whose in bounds:
        if selectors.count_requests(person_id=person_id, by_them=by_them) >= most:
            raise TooManyRequests(most=most, whose=whose)


def _tell_once_a_day(asked: UUID, asker: UUID, note: str, at: datetime) -> None:
    # Under the pair's lock. Who takes requests back and asks anew is not heard each time.
    day_ago = at - timedelta(days=1)
    if not was_told(owner_id=asked, kind="friend.asked", about=asker, since=day_ago):
        notify(Tell(asked, "friend.asked", about=asker, text=note), at=at)


def accept(*, person_id: UUID, other: UUID, at: datetime) -> Friendship:
    """Accept a request. Raises NotAsked when there is none, Yourself, TooManyFriends, and
    PersonNotFound also for who has left.
    """
    with transaction.atomic():
        friendship = lock_pair(one=person_id, other=other)
        if friendship.status == Status.FRIENDS:
            return friendship
        if friendship.status != Status.ASKED or friendship.asked_by_id != other:
            raise NotAsked()
        _lift_block(friendship, person_id)
        return _become_friends(friendship, person_id, at)


def befriend(*, person_id: UUID, other: UUID, at: datetime) -> Friendship:
    """Make friends of two people of whom the other has said yes beforehand, by a link; the other
    is told. Friends stay what they are. Raises Yourself, PersonNotFound and TooManyFriends.
    """
    with transaction.atomic():
        friendship = lock_pair(one=person_id, other=other)
        if friendship.status == Status.FRIENDS:
            return friendship
        return _become_friends(friendship, person_id, at)


def _become_friends(friendship: Friendship, accepter: UUID, at: datetime) -> Friendship:
    # Under the locks of both: nobody else adds a friend to either of them meanwhile.
    for person_id in (friendship.low_id, friendship.high_id):
        if selectors.count_friends(person_id=person_id) >= settings.FRIENDS:
            raise TooManyFriends(most=settings.FRIENDS)
    friendship.status = Status.FRIENDS
    friendship.since = at
    _show_anew(friendship)
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
    _show_anew(friendship)
    lower_lines_between(one=friendship.low_id, other=friendship.high_id, by=by, at=at)


def mark_family(*, person_id: UUID, other: UUID, on: bool, at: datetime) -> Friendship:
    """Mark a friend as family, which counts once both have, or say that they are not: then neither
    mark stands. The other is told of a mark, not of its end. Raises NotFriends and Yourself.
    """
    with transaction.atomic():
        friendship = lock_friendship(one=person_id, other=other)
        if friendship.status != Status.FRIENDS:
            raise NotFriends()
        before = friendship.family_by(person_id)
        if on:
            friendship.mark_family(person_id)
        else:
            # One word for both: a mark that stayed would make them family again without a question.
            friendship.family_low = friendship.family_high = False
        after = friendship.family_by(person_id)
        if before == after:
            return friendship
        _show_anew(friendship)
        if on:
            _tell_of_family(friendship, person_id, at)
    return friendship


def _tell_of_family(friendship: Friendship, marker: UUID, at: datetime) -> None:
    other = friendship.other(marker)
    kind = "family.confirmed" if friendship.family else "family.asked"
    # Who takes the mark back and sets it anew is not heard each time.
    if not was_told(owner_id=other, kind=kind, about=marker, since=at - timedelta(days=1)):
        notify(Tell(other, kind, about=marker), at=at)


def block(*, person_id: UUID, other: UUID, on: bool, at: datetime) -> None:
    """Stop hearing from somebody, which ends a friendship or takes a request back, or hear from
    them again.

    Raises PersonNotFound (also for who is not shown to the person and not blocked) and Yourself.
    """
    _require_other(person_id, other)
    is_blocked = Block.objects.filter(blocker_id=person_id, blocked_id=other)
    # A block is answered, and listed, with a name; who has blocked somebody has seen it.
    if not is_blocked.exists():
        require_shown(person_id=other, reader_id=person_id, at=at)
    with transaction.atomic():
        friendship = lock_friendship(one=person_id, other=other)
        if not on:
            _lift_block(friendship, person_id)
            return
        if is_blocked.exists():
            return
        Block.objects.create(blocker_id=person_id, blocked_id=other)
        if friendship.status == Status.FRIENDS:
            _end(friendship, by=person_id, at=at)
            return
        if friendship.status == Status.ASKED and friendship.asked_by_id == person_id:
            # Otherwise the blocked one could still say yes to it, or ask, and be a friend.
            _drop_request(friendship)
        _show_anew(friendship)
        lower_lines_between(one=person_id, other=other, by=person_id, at=at)


def _lift_block(friendship: Friendship, blocker: UUID) -> None:
    mine = Block.objects.filter(blocker_id=blocker, blocked_id=friendship.other(blocker))
    deleted, _ = mine.delete()
    if deleted:
        _show_anew(friendship)


def _show_anew(friendship: Friendship) -> None:
    friendship.version += 1
    friendship.save()
    record_friendship(friendship)


def dismiss(*, person_id: UUID, other: UUID, on: bool, at: datetime) -> None:
    """Have somebody suggested no more, or again. Of very many the oldest are forgotten. Raises
    PersonNotFound and Yourself.
    """
    _require_other(person_id, other)
    mine = Dismissal.objects.filter(person_id=person_id)
    if not on:
        mine.filter(other_id=other).delete()
        return
    with transaction.atomic():
        Dismissal.objects.bulk_create(
            [Dismissal(person_id=person_id, other_id=other, at=at)], ignore_conflicts=True
        )
        kept = mine.order_by("-at", "other_id").values("other_id")[: settings.DISMISSALS]
        mine.exclude(other_id__in=kept).delete()


def end_all(*, person_id: UUID, at: datetime) -> None:
    """End the friendships of somebody who has left, and drop their requests, blocks and
    dismissals; each pair in a transaction of its own, so it can be done again from where it
    stopped.
    """
    for friendship in selectors.list_ties(person_id=person_id):
        with transaction.atomic():
            locked = lock_friendship(one=friendship.low_id, other=friendship.high_id)
            if locked.status == Status.FRIENDS:
                _end(locked, by=person_id, at=at)
            elif locked.status == Status.ASKED:
                _drop_request(locked)
    Dismissal.objects.filter(Q(person_id=person_id) | Q(other_id=person_id)).delete()
    for other in selectors.blocked_ids(person_id=person_id):
        with transaction.atomic():
            locked = lock_friendship(one=person_id, other=other)
            for blocker in (person_id, other):
                _lift_block(locked, blocker)


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
