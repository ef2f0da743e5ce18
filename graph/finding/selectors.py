"""Reading people as far as they let themselves be found, and whom they know."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Lower, Upper

from graph.contacts.selectors import match_contacts
from graph.finding.errors import FriendsHidden
from graph.finding.groups import Group, list_in_common
from graph.finding.ties import are_tied
from graph.friends.models import Friendship, Status
from graph.friends.selectors import are_friends, blocked_between, blocked_ids, sharing_friend
from graph.people.errors import PersonNotFound
from graph.people.models import Person, Seen
from graph.people.selectors import get_person

FOUND_AT_MOST: Final = 20
# So many pages of people are looked through for those that the reader may find.
PAGES: Final = 5
COMMON_SHOWN: Final = 50
KNOWS_EVERYBODY: Final = ("risk", "staff")


@dataclass(frozen=True)
class InCommon:
    """What two people share, as one of them sees it; `count` of `friends` in all."""

    friends: list[Person]
    count: int
    groups: list[Group]


def get_shown_person(*, person_id: UUID, reader_id: UUID, at: datetime) -> Person:
    """Return the person as far as they want to be found by the reader, by name or by phone, or the
    two have met.

    Raises PersonNotFound, just as when there is nobody.
    """
    person = get_person(person_id=person_id)
    if person.found_by == Seen.EVERYBODY or person_id == reader_id:
        return person
    is_near = person.found_by == Seen.FRIENDS_OF_FRIENDS
    if is_near and sharing_friend(person_id=reader_id, others=[person_id]):
        return person
    if are_tied(reader=reader_id, person=person_id):
        return person
    if person_id in match_contacts(person_id=reader_id, at=at):
        return person
    if Person.objects.filter(id=reader_id, roles__overlap=KNOWS_EVERYBODY).exists():
        return person
    raise PersonNotFound()


def require_shown(person_id: UUID, reader_id: UUID, at: datetime) -> None:
    """Raise PersonNotFound unless the person is shown to the reader."""
    get_shown_person(person_id=person_id, reader_id=reader_id, at=at)


def search_people(*, text: str, reader_id: UUID) -> list[Person]:
    """Return at most 20 people whose username or name begins with the text and who let the reader
    find them, best match first.
    """
    wanted = text.strip().removeprefix("@")
    if not wanted:
        return []
    is_open = Q(found_by=Seen.EVERYBODY) | Q(id=reader_id) | Q(id__in=_friend_rows(reader_id))
    matching = _begin_with(wanted).alias(place=Case(When(is_open, then=0), default=1))
    shown = matching.filter(is_open | Q(found_by=Seen.FRIENDS_OF_FRIENDS))
    # Who is called just so comes first, also where so many others begin with it. Those of whom one
    # has to ask come last, so that they keep nobody else from being found.
    exact = Case(When(handle=wanted.lower(), then=0), default=1)
    ordered = shown.order_by(exact, "place", "username")
    found: list[Person] = []
    for page in range(PAGES):
        rows = list(ordered[page * FOUND_AT_MOST : (page + 1) * FOUND_AT_MOST])
        near = {row.id for row in rows if row.found_by == Seen.FRIENDS_OF_FRIENDS}
        # Friends are among those whom `sharing_friend` names.
        hidden = near - sharing_friend(person_id=reader_id, others=near) - {reader_id}
        found += [row for row in rows if row.id not in hidden]
        if len(rows) < FOUND_AT_MOST or len(found) >= FOUND_AT_MOST:
            break
    return sorted(
        found[:FOUND_AT_MOST],
        key=lambda person: (person.username.lower() != wanted.lower(), person.username),
    )


def _begin_with(wanted: str) -> "QuerySet[Person]":
    return Person.objects.alias(handle=Lower("username"), called=Upper("name")).filter(
        Q(closed_at=None),
        Q(handle__startswith=wanted.lower()) | Q(called__startswith=wanted.upper()),
    )


def _friend_rows(person_id: UUID) -> "QuerySet[Friendship, UUID]":
    friends = Friendship.objects.filter(status=Status.FRIENDS)
    lower = friends.filter(high_id=person_id).values_list("low_id", flat=True)
    return friends.filter(low_id=person_id).values_list("high_id", flat=True).union(lower)


def sees_friends(*, reader_id: UUID, person: Person) -> bool:
    """Tell whether the person lets the reader see whom they know: never while one of the two has
    blocked the other.
    """
    if person.id == reader_id:
        return True
    # It looks like a list that is kept private: nobody is told that they are blocked.
    if blocked_between(one=reader_id, other=person.id):
        return False
    if person.friends_seen_by == Seen.EVERYBODY:
        return True
    if person.friends_seen_by == Seen.FRIENDS:
        return are_friends(one=reader_id, other=person.id)
    return False


def list_friends_of(
    *, person_id: UUID, reader_id: UUID, after: UUID | None, limit: int, at: datetime
) -> tuple[list[Person], bool]:
    """Return a page of a person's friends, by id, without those who do not let the reader see
    whom they know, and whether there are more. Raises PersonNotFound and FriendsHidden.
    """
    person = _get_shown_and_present(person_id, reader_id, at)
    if not sees_friends(reader_id=reader_id, person=person):
        raise FriendsHidden()
    shown = _shown_friends(person_id, reader_id)
    if after:
        shown = shown.filter(id__gt=after)
    page = list(shown.order_by("id")[: limit + 1])
    return page[:limit], len(page) > limit


def _get_shown_and_present(person_id: UUID, reader_id: UUID, at: datetime) -> Person:
    # A name stays in what is past; whom somebody knew goes with them, before the worker ends it.
    person = get_shown_person(person_id=person_id, reader_id=reader_id, at=at)
    if person.closed_at is not None:
        raise PersonNotFound()
    return person


def _shown_friends(person_id: UUID, reader_id: UUID) -> "QuerySet[Person]":
    """Return a person's friends as far as each of them shows it: a friendship has two sides, and
    both have a say.
    """
    everybody = Q(friends_seen_by=Seen.EVERYBODY)
    friends = Q(friends_seen_by=Seen.FRIENDS, id__in=_friend_rows(reader_id))
    people = Person.objects.filter(closed_at=None, id__in=_friend_rows(person_id))
    shown = people.filter(everybody | friends | Q(id=reader_id))
    return shown.exclude(id__in=blocked_ids(person_id=reader_id))


def find_in_common(*, person_id: UUID, reader_id: UUID, at: datetime) -> InCommon:
    """Return what the reader shares with a person: groups that both are in, and friends, as far as
    their privacy goes. Raises PersonNotFound.
    """
    person = _get_shown_and_present(person_id, reader_id, at)
    groups = [] if person_id == reader_id else list_in_common(one=reader_id, other=person_id)
    if person_id == reader_id or not sees_friends(reader_id=reader_id, person=person):
        return InCommon([], 0, groups)
    shown = _shown_friends(person_id, reader_id).filter(id__in=_friend_rows(reader_id))
    return InCommon(list(shown.order_by("name", "id")[:COMMON_SHOWN]), shown.count(), groups)
