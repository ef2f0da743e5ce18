"""Reading contacts."""

from datetime import datetime
from uuid import UUID

from graph.contacts.models import Book, Contact
from graph.friends.selectors import blocked_ids, dismissed_ids, sharing_friend, tied_ids
from graph.people.models import Confirmation, Person, Seen
from graph.people.tiers import PHONE_SHOWN


def find_book(*, person_id: UUID, at: datetime) -> Book | None:
    """Return what the person has consented to, or None when nothing is kept."""
    return Book.objects.filter(person_id=person_id, expires_at__gt=at).first()


def count_contacts(*, person_id: UUID) -> int:
    """Return how many numbers are kept."""
    return Contact.objects.filter(person_id=person_id).count()


def match_contacts(*, person_id: UUID, at: datetime) -> set[UUID]:
    """Return who of the person's contacts is here, has confirmed that number, and lets the person
    find them by it.
    """
    if find_book(person_id=person_id, at=at) is None:
        return set()
    kept = Contact.objects.filter(person_id=person_id).values("digest")
    owners = Confirmation.objects.filter(kind=PHONE_SHOWN, digest__in=kept).values("person_id")
    present = Person.objects.filter(id__in=owners, closed_at=None).exclude(id=person_id)
    found = dict(
        present.exclude(found_by_phone=Seen.NOBODY).values_list("id", "found_by_phone")
    )  # fmt: skip
    near = {one for one, by in found.items() if by == Seen.FRIENDS_OF_FRIENDS}
    return (set(found) - near) | sharing_friend(person_id=person_id, others=near)


def count_new_contacts(*, person_id: UUID, at: datetime) -> int:
    """Return how many contacts are here whom suggestions may name: without friends, open requests
    and whom the person has dismissed, and without blocks either way, which the number would tell.
    """
    found = match_contacts(person_id=person_id, at=at)
    friends, asked = tied_ids(person_id=person_id)
    hidden = blocked_ids(person_id=person_id) | dismissed_ids(person_id=person_id)
    return len(found - friends - asked - hidden)
