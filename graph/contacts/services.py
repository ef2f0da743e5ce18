"""Keeping and forgetting contacts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from graph.contacts.errors import ConsentNeeded, TooManyContacts, TooManyToday
from graph.contacts.locks import lock_book
from graph.contacts.models import Book, Contact
from graph.people.phones import pepper


def import_contacts(
    *, person_id: UUID, hashes: Iterable[bytes], consent: bool, at: datetime
) -> Book:
    """Keep the hashed numbers beside those that are kept already, for CONTACT_DAYS from now.

    Raises ConsentNeeded, TooManyContacts and TooManyToday; nothing is kept then.
    """
    if not consent:
        raise ConsentNeeded()
    digests = {pepper(hashed) for hashed in hashes}
    with transaction.atomic():
        book = lock_book(person_id=person_id, day=at.date())
        if book.expires_at is not None and book.expires_at <= at:
            Contact.objects.filter(person_id=person_id).delete()
        if book.day != at.date():
            book.day, book.asked_today = at.date(), 0
        book.asked_today += len(digests)
        if book.asked_today > settings.CONTACTS_PER_DAY:
            raise TooManyToday(most=settings.CONTACTS_PER_DAY)
        Contact.objects.bulk_create(
            [Contact(person_id=person_id, digest=digest) for digest in sorted(digests)],
            ignore_conflicts=True,
        )
        if Contact.objects.filter(person_id=person_id).count() > settings.CONTACTS:
            raise TooManyContacts(most=settings.CONTACTS)
        book.consented_at = at
        book.expires_at = at + timedelta(days=settings.CONTACT_DAYS)
        book.save()
    return book


def forget(*, person_id: UUID) -> None:
    """Delete all contacts of the person, who withdraws their consent or has left."""
    with transaction.atomic():
        Book.objects.filter(person_id=person_id).update(consented_at=None, expires_at=None)
        Contact.objects.filter(person_id=person_id).delete()


def forget_old(*, at: datetime) -> int:
    """Delete the contacts whose time is over, and counts of earlier days; return how many
    contacts.
    """
    over = Book.objects.filter(expires_at__lte=at)
    deleted, _ = Contact.objects.filter(person_id__in=over.values("person_id")).delete()
    over.update(consented_at=None, expires_at=None)
    Book.objects.filter(expires_at=None, day__lt=at.date()).delete()
    return deleted
