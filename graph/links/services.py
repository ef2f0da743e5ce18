"""Making, renewing, revoking and following the link by which one makes friends."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from uuid_utils.compat import uuid7

from graph.friends.locks import lock_pair
from graph.friends.models import Friendship, Status
from graph.friends.selectors import blocked_between
from graph.friends.services import befriend
from graph.links.errors import LinkNotFound
from graph.links.locks import lock_link
from graph.links.models import Link
from graph.links.selectors import find_own, find_working
from graph.people.errors import PersonNotFound
from graph.people.locks import lock_person


def open_link(
    *, person_id: UUID, uses: int, expires_in: timedelta, renew: bool, at: datetime
) -> Link:
    """Return the person's link that works, or make one. `renew` makes a new one, and the old one
    leads nowhere from then on. Raises PersonNotFound.
    """
    with transaction.atomic():
        person = lock_person(person_id=person_id)
        if person.closed_at is not None:
            raise PersonNotFound()
        working = find_own(person_id=person_id, at=at)
        if working and not renew:
            return working
        Link.objects.filter(person_id=person_id).delete()
        return Link.objects.create(
            id=uuid7(), person_id=person_id, uses_left=uses, created_at=at,
            expires_at=at + expires_in,
        )  # fmt: skip


def revoke(*, person_id: UUID) -> None:
    """Let the person's link lead nowhere any more; friends stay friends."""
    Link.objects.filter(person_id=person_id).delete()


def follow(*, token: str, person_id: UUID, at: datetime) -> Friendship:
    """Make friends of the person and whose link it is; each new friend takes one use.

    Who is a friend already stays one and takes none. Raises LinkNotFound, Yourself and
    TooManyFriends.
    """
    found = find_working(token=token, person_id=person_id, at=at)
    with transaction.atomic():
        try:
            # People before links, as where a link is renewed.
            friendship = lock_pair(one=person_id, other=found.person_id)
        except PersonNotFound:
            raise LinkNotFound() from None
        if friendship.status == Status.FRIENDS:
            return friendship
        # Read again under the lock: it may have been renewed or used up while we waited.
        link = lock_link(link_id=found.id)
        if link is None or link.uses_left < 1:
            raise LinkNotFound()
        if blocked_between(one=person_id, other=link.person_id):
            raise LinkNotFound()
        Link.objects.filter(id=link.id).update(uses_left=F("uses_left") - 1)
        return befriend(person_id=person_id, other=link.person_id, at=at)
