"""People one may know, with the reasons."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from graph.contacts.selectors import match_contacts
from graph.database import ask
from graph.finding.groups import list_around
from graph.finding.queries import SUGGEST_FRIENDS
from graph.friends import selectors
from graph.people.models import Person, Seen

SUGGESTED: Final = 20
MUTUAL_SHOWN: Final = 10
# More are asked for than are shown: the graph may be a moment behind what somebody has chosen.
ASKED_FOR: Final = 2 * SUGGESTED
PAIRS_AT_MOST: Final = 50_000


@dataclass
class Suggestion:
    """Somebody with the reasons why: some of the friends in common and how many there are, ids of
    groups in common, and whether their number is among the contacts.
    """

    person: UUID
    mutual: list[UUID] = field(default_factory=list)
    mutual_count: int = 0
    rooms: list[UUID] = field(default_factory=list)
    in_contacts: bool = False

    @property
    def rank(self) -> tuple[bool, int, int, UUID]:
        """Return what suggestions are sorted by: contacts first, then most in common."""
        return not self.in_contacts, -self.mutual_count, -len(self.rooms), self.person

    @property
    def has_reason(self) -> bool:
        """Tell whether anything speaks for it."""
        return self.in_contacts or bool(self.mutual) or bool(self.rooms)


def suggest_friends(*, person_id: UUID, at: datetime) -> list[Suggestion]:
    """Return people one may know: nobody who is a friend, asked already, blocked either way,
    dismissed or gone, and each only for reasons that they let others see.

    Raises GraphUnavailable.
    """
    friends, asked = selectors.tied_ids(person_id=person_id)
    hidden = _hidden_ids(person_id) | asked
    # Friends are left out by the graph itself: there may be thousands of them.
    found = _by_mutual_friends(person_id, hidden)
    hidden |= friends
    for friend in friends.intersection(found):
        del found[friend]
    for other in match_contacts(person_id=person_id, at=at) - hidden:
        found.setdefault(other, Suggestion(other)).in_contacts = True
    for other, rooms in list_around(person_id=person_id).items():
        if other not in hidden:
            found.setdefault(other, Suggestion(other)).rooms = sorted(rooms)
    _keep_to_privacy(person_id, found)
    kept = (one for one in found.values() if one.has_reason)
    return sorted(kept, key=lambda one: one.rank)[:SUGGESTED]


def _hidden_ids(person_id: UUID) -> set[UUID]:
    blocked = selectors.blocked_ids(person_id=person_id)
    return blocked | selectors.dismissed_ids(person_id=person_id) | {person_id}


def _by_mutual_friends(person_id: UUID, hidden: set[UUID]) -> dict[UUID, Suggestion]:
    rows = ask(
        SUGGEST_FRIENDS, person_id=str(person_id), hidden=[str(one) for one in hidden],
        limit=ASKED_FOR, shown=MUTUAL_SHOWN, most=PAIRS_AT_MOST,
    )  # fmt: skip
    found = {}
    for row in rows:
        other = UUID(row["person_id"])
        mutual = [UUID(one) for one in row["mutual"]]
        found[other] = Suggestion(other, mutual=mutual, mutual_count=row["count"])
    return found


def _keep_to_privacy(person_id: UUID, found: dict[UUID, Suggestion]) -> None:
    """Take out whoever and whatever is not to be seen, by what PostgreSQL says now."""
    named = {one for suggestion in found.values() for one in suggestion.mutual}
    people = Person.objects.filter(closed_at=None).in_bulk(set(found) | named)
    silent = {one for one in named if not _shows_friends_to_friends(people.get(one))}
    near = {
        one for one in found if one in people and people[one].found_by == Seen.FRIENDS_OF_FRIENDS
    }
    near_enough = selectors.sharing_friend(person_id=person_id, others=near)
    for other in list(found):
        person = people.get(other)
        if person is None:
            del found[other]
            continue
        suggestion = found[other]
        is_found = person.found_by == Seen.EVERYBODY or other in near_enough
        if not is_found:
            suggestion.rooms = []
        if not is_found or person.friends_seen_by != Seen.EVERYBODY:
            suggestion.mutual, suggestion.mutual_count = [], 0
        elif hushed := silent.intersection(suggestion.mutual):
            suggestion.mutual = [one for one in suggestion.mutual if one not in hushed]
            suggestion.mutual_count -= len(hushed)


def _shows_friends_to_friends(person: Person | None) -> bool:
    return person is not None and person.friends_seen_by != Seen.NOBODY
