"""People as the graph sees them."""

from graph.people.models import Person
from graph.projection.queries import APPLY_PEOPLE, DUMP_PEOPLE
from graph.projection.registry import Kind, Node, Row, milliseconds, register_kind
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
        "blocked": person.blocked,
        "created_at": milliseconds(person.created_at),
    }


# The same of everybody.
SELECT = """
    SELECT id, version, username, tier, blocked,
           floor(extract(epoch FROM created_at) * 1000)::bigint AS created_at
    FROM people_person
"""
PERSON = register_kind(
    Kind(
        name="person", order=1, select=SELECT, apply=APPLY_PEOPLE, dump=DUMP_PEOPLE,
        parts=(
            Node(("Person",), {
                "id": "string", "version": "long", "username": "string", "tier": "string",
                "blocked": "boolean", "created_at": "long",
            }),
        ),
    )
)  # fmt: skip


def record_person(person: Person) -> None:
    """Send the person's node on its way to the graph, with this transaction."""
    record(PERSON.event(project_person(person), subjects=(person.id,)))
