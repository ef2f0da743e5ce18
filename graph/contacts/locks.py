"""The lock under which somebody's contacts are written."""

from datetime import date
from uuid import UUID

from graph.contacts.models import Book


def lock_book(*, person_id: UUID, day: date) -> Book:
    """Lock the person's book, made if it was missing, until the transaction ends."""
    Book.objects.bulk_create([Book(person_id=person_id, day=day)], ignore_conflicts=True)
    return Book.objects.select_for_update(no_key=True).get(person_id=person_id)
