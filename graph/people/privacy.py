"""Who may find somebody, and who sees their friends."""

from uuid import UUID

from django.db import transaction

from graph.people.events import record_person
from graph.people.locks import lock_person
from graph.people.models import Person

CHOICES = ("found_by", "found_by_phone", "friends_seen_by")


def set_privacy(
    *,
    person_id: UUID,
    found_by: str | None = None,
    found_by_phone: str | None = None,
    friends_seen_by: str | None = None,
) -> Person:
    """Choose who finds the person and who sees their friends; None leaves a choice as it is.
    Raises PersonNotFound.
    """
    chosen = (found_by, found_by_phone, friends_seen_by)
    changes = {name: value for name, value in zip(CHOICES, chosen, strict=True) if value}
    with transaction.atomic():
        person = lock_person(person_id=person_id)
        if all(getattr(person, name) == value for name, value in changes.items()):
            return person
        for name, value in changes.items():
            setattr(person, name, value)
        person.version += 1
        person.save(update_fields=[*CHOICES, "version"])
        record_person(person)
    return person
