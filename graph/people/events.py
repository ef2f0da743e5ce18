"""People as the graph sees them."""

from collections.abc import Iterator

from graph.people.models import Person, Seen
from graph.projection.queries import APPLY_PEOPLE, DUMP_PEOPLE
from graph.projection.registry import Kind, Row, register_kind
from outbox.services import record


def project_person(person: Person) -> Row:
    """Return the person's node: no name and no mail, the risk team looks those up where it is
    logged.
    """
    return {
        "id": str(person.id),
        "version": person.version,
        "username": person.username,
        "tier": str(person.tier),
        "created_at": int(person.created_at.timestamp() * 1000),
        # For suggestions: whether to show this person, and whom they know.
        "findable": person.closed_at is None and person.found_by != Seen.NOBODY,
        "friends_seen_by": str(person.friends_seen_by),
    }


def _read_all() -> Iterator[Row]:
    for person in Person.objects.order_by("id").iterator(chunk_size=5_000):
        yield project_person(person)


PERSON = register_kind(
    Kind(name="person", order=1, apply=APPLY_PEOPLE, dump=DUMP_PEOPLE, ends=(), read_all=_read_all)
)


def record_person(person: Person) -> None:
    """Send the person's node on its way to the graph, with this transaction."""
    record(PERSON.event(project_person(person), subjects=(person.id,)))
