"""People one may know."""

from dataclasses import dataclass
from uuid import UUID

from graph.database import ask
from graph.friends import selectors
from graph.friends.queries import SUGGEST_FRIENDS

SUGGESTED = 20
MUTUAL_SHOWN = 10


@dataclass(frozen=True)
class Suggestion:
    """Somebody with friends in common, and some of those."""

    person: UUID
    mutual: list[UUID]


def suggest_friends(*, person_id: UUID) -> list[Suggestion]:
    """Return people with most friends in common, without who is blocked either way.

    Raises GraphUnavailable.
    """
    hidden = [str(blocked) for blocked in selectors.blocked_ids(person_id=person_id)]
    rows = ask(
        SUGGEST_FRIENDS, person_id=str(person_id), hidden=hidden, limit=SUGGESTED,
        shown=MUTUAL_SHOWN,
    )  # fmt: skip
    return [
        Suggestion(UUID(row["person_id"]), [UUID(mutual) for mutual in row["mutual"]])
        for row in rows
    ]
