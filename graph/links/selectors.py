"""Reading links."""

from datetime import datetime
from uuid import UUID

from graph.friends.selectors import blocked_between
from graph.links.errors import LinkNotFound
from graph.links.models import Link
from graph.links.tokens import read_token
from graph.people.throttle import count_wrong_try, refuse_when_locked


def find_own(*, person_id: UUID, at: datetime) -> Link | None:
    """Return the person's link if it still leads somewhere."""
    return Link.objects.filter(person_id=person_id, expires_at__gt=at, uses_left__gt=0).first()


def get_own(*, person_id: UUID, at: datetime) -> Link:
    """Return the person's link. Raises LinkNotFound when none works."""
    link = find_own(person_id=person_id, at=at)
    if link is None:
        raise LinkNotFound()
    return link


def find_working(*, token: str, person_id: UUID | None, at: datetime) -> Link:
    """Return the link that the token is of, with its person.

    Raises LinkNotFound, also when one of the two has blocked the other, and Locked when the person
    has tried too many that are none.
    """
    if person_id:
        refuse_when_locked(f"link:{person_id}")
    link_id = read_token(token)
    if link_id is None:
        # Nobody gets here by a link that was ever handed out.
        if person_id:
            count_wrong_try(f"link:{person_id}")
        raise LinkNotFound()
    link = Link.objects.filter(id=link_id).select_related("person").first()
    if link is None or link.expires_at <= at or link.person.closed_at is not None:
        raise LinkNotFound()
    if person_id and blocked_between(one=link.person_id, other=person_id):
        raise LinkNotFound()
    return link
