"""Row locks on people."""

from uuid import UUID

from graph.people.errors import PersonNotFound
from graph.people.models import Person


def lock_person(*, person_id: UUID) -> Person:
    """Lock the person's row until the transaction ends. Raises PersonNotFound."""
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id).first()
    if person is None:
        raise PersonNotFound()
    return person
