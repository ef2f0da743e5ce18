"""What people of other systems are called here: the way from a name in a file to a person, and
back.
"""

import hashlib
import re
from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from django.db import connection

from commands.arrays import column
from graph.people.models import Person

# Note [Names in files]
# A file of another system names people by short names or numbers, and those may differ by case
# alone, which usernames do not. What could be a username in small letters becomes the username
# itself; anything else gets a username made from its digest. So the same name in another file is
# the same person, and the name can be read off the row: it is the person's display name, and what
# their username was made from. People who have signed up themselves are found by their username:
# whatever its capitals by the name in small letters, which is taken by it, and else by a name that
# is spelled exactly so.
PLAIN = re.compile(r"[a-z0-9_.\-]{1,32}", re.ASCII)
LONGEST = 64
BATCH = 20_000

FIND = """
    SELECT wanted.name, COALESCE(made.id, own.id)
    FROM unnest(%(names)s::text[], %(derived)s::text[]) AS wanted (name, derived)
    LEFT JOIN people_person AS made ON LOWER(made.username) = wanted.derived
    LEFT JOIN people_person AS own
        ON LOWER(own.username) = LOWER(wanted.name) AND own.username = wanted.name
    WHERE COALESCE(made.id, own.id) IS NOT NULL
"""


def derive_username(name: str) -> str:
    """Return the username under which a person whom a file calls so is kept."""
    if PLAIN.fullmatch(name):
        return name
    return "named-" + hashlib.sha256(name.encode()).hexdigest()[:24]


def find_named(names: Iterable[str]) -> dict[str, UUID]:
    """Return who is called so in files, or by username; names that nobody has are left out."""
    found: dict[str, UUID] = {}
    # What cannot be seen is nobody's name, and some of it could not be asked for.
    rest = filter(str.isprintable, names)
    while batch := list(islice(rest, BATCH)):
        derived = [derive_username(name) for name in batch]
        with connection.cursor() as cursor:
            cursor.execute(FIND, {"names": column(batch), "derived": column(derived)})
            found.update(cursor.fetchall())
    return found


def name_people(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what a file would call each person, so that `find_named` finds them by it."""
    rows = Person.objects.filter(id__in=set(person_ids)).values_list("id", "username", "name")
    return {
        person_id: name if derive_username(name) == username.lower() else username
        for person_id, username, name in rows
    }
