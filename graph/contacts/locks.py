"""The lock under which somebody's contacts are written."""

from datetime import date
from uuid import UUID

from graph.contacts.models import Book


def lock_book(*, person_id: UUID, day: date) -> Book:
    """Lock the person's book, made if it was missing, until the transaction ends."""
    locked = Book.objects.select_for_update(no_key=True).filter(person_id=person_id)
    while True:
        Book.objects.bulk_create([Book(person_id=person_id, day=day)], ignore_conflicts=True)
        if book := locked.first():
            return book
        # An old book stood there, and was thrown away just then: the next one is ours.
