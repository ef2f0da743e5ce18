"""Wire commands about finding people, and what one shares with them."""

from typing import Annotated, Literal

from pydantic import Field

from commands.frames import Command, Id, PageSize, Result, Text
from commands.registry import Caller, handles
from graph.database import GraphUnavailable
from graph.finding import selectors, suggestions
from graph.finding.errors import FriendsHidden
from graph.people.commands import OnePerson, PersonShown
from graph.people.errors import PersonNotFound

ACCOUNTS = "Accounts"
FRIENDS = "Friends and trust"


class GetPerson(Command):
    type: Literal["person.get"]
    person: Id


class FindPeople(Command):
    type: Literal["person.find"]
    text: Annotated[Text, Field(min_length=1, max_length=64)]


class ListFriendsOf(Command):
    type: Literal["person.friends"]
    person: Id
    after: Id | None = None
    limit: PageSize = 50


class FindInCommon(Command):
    type: Literal["friend.in_common"]
    person: Id


class SuggestFriends(Command):
    type: Literal["friend.suggest"]


class People(Result):
    people: list[PersonShown]


class SomePeople(Result):
    people: list[PersonShown]
    more: bool


class GroupShown(Result):
    room: Id
    name: str


class InCommon(Result):
    """Friends in common, at most 50 of `friend_count`, and groups that you both are in."""

    friends: list[PersonShown]
    friend_count: int
    rooms: list[GroupShown]


class Suggested(Result):
    """Somebody you may know, and why: at most 10 of `mutual_count` friends in common, groups in
    common, and whether their number is among your contacts.
    """

    person: Id
    mutual: list[Id]
    mutual_count: int
    rooms: list[Id]
    in_contacts: bool


class Suggestions(Result):
    suggestions: list[Suggested]


@handles(GetPerson, result=OnePerson, family=ACCOUNTS, reads=True, may_refuse=[PersonNotFound])
def get_person(command: GetPerson, caller: Caller) -> OnePerson:
    """Show a person, unless they do not want to be found by you and you have never met."""
    person = selectors.get_shown_person(
        person_id=command.person, reader_id=caller.person, at=caller.at
    )
    return OnePerson(person=PersonShown.of(person))


@handles(FindPeople, result=People, family=ACCOUNTS, reads=True, spare=True)
def find_people(command: FindPeople, caller: Caller) -> People:
    """Find people by the beginning of their username or name, as far as they let you; 20 at
    most.
    """
    found = selectors.search_people(text=command.text, reader_id=caller.person)
    return People(people=[PersonShown.of(person) for person in found])


@handles(
    ListFriendsOf, result=SomePeople, family=FRIENDS, reads=True, spare=True,
    may_refuse=[PersonNotFound, FriendsHidden],
)  # fmt: skip
def list_friends_of(command: ListFriendsOf, caller: Caller) -> SomePeople:
    """List somebody's friends, by id, as far as they and each of those let you see it."""
    page, more = selectors.list_friends_of(
        person_id=command.person, reader_id=caller.person, after=command.after,
        limit=command.limit, at=caller.at,
    )  # fmt: skip
    return SomePeople(people=[PersonShown.of(person) for person in page], more=more)


@handles(
    FindInCommon, result=InCommon, family=FRIENDS, reads=True, spare=True,
    may_refuse=[PersonNotFound],
)  # fmt: skip
def find_in_common(command: FindInCommon, caller: Caller) -> InCommon:
    """Show the groups and friends that you share with somebody."""
    found = selectors.find_in_common(
        person_id=command.person, reader_id=caller.person, at=caller.at
    )
    return InCommon(
        friends=[PersonShown.of(person) for person in found.friends], friend_count=found.count,
        rooms=[GroupShown(room=group.id, name=group.name) for group in found.groups],
    )  # fmt: skip


@handles(
    SuggestFriends, result=Suggestions, family=FRIENDS, reads=True, spare=True,
    may_refuse=[GraphUnavailable],
)  # fmt: skip
def suggest_friends(command: SuggestFriends, caller: Caller) -> Suggestions:
    """Suggest people you may know, with the reasons: friends and groups in common, contacts."""
    found = suggestions.suggest_friends(person_id=caller.person, at=caller.at)
    return Suggestions(
        suggestions=[
            Suggested(
                person=one.person, mutual=one.mutual, mutual_count=one.mutual_count,
                rooms=one.rooms, in_contacts=one.in_contacts,
            )
            for one in found
        ]
    )  # fmt: skip
