"""Row locks on people."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from graph.people.errors import PersonNotFound
from graph.people.models import Person

HOLD = (
    "SELECT id, closed_at IS NOT NULL FROM people_person WHERE id = ANY(%s) ORDER BY id FOR SHARE"
)


def hold_people(*, person_ids: Iterable[UUID]) -> set[UUID]:
    """Keep people from leaving until the transaction ends; return who of them has left already."""
    # FOR SHARE waits for lock_person of who leaves, and not for others who hold the same people.
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(person_ids)])
        return {person_id for person_id, has_left in cursor.fetchall() if has_left}


def lock_person(*, person_id: UUID) -> Person:
    """Lock the person's row until the transaction ends. Raises PersonNotFound."""
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id).first()
    if person is None:
        raise PersonNotFound()
    return person


def lock_people(*, person_ids: Iterable[UUID]) -> list[Person]:
    """Lock the rows of several people until the transaction ends, lowest id first; return those
    who are there.
    """
    rows = Person.objects.filter(id__in=set(person_ids)).order_by("id")
    return list(rows.select_for_update(no_key=True))
