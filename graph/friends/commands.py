"""Wire commands about friends and trust."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from commands.frames import MAX_AMOUNT, Command, Id, Moment, Result, ShortText
from commands.registry import Caller, handles
from graph.friends import selectors, services
from graph.friends.errors import (
    NotAsked,
    NotFriends,
    TooManyFriends,
    TooManyRequests,
    Yourself,
)
from graph.friends.models import Friendship
from graph.people.commands import PersonShown
from graph.people.errors import PersonNotFound
from graph.people.selectors import get_person
from graph.trust.errors import BelowReserved
from graph.trust.models import Line
from graph.trust.selectors import list_given, list_received

FAMILY = "Friends and trust"


class AboutPerson(Command):
    """A command that names another person."""

    person: Id


class AskFriend(AboutPerson):
    type: Literal["friend.ask"]
    note: ShortText = ""


class AcceptFriend(AboutPerson):
    type: Literal["friend.accept"]


class RefuseFriend(AboutPerson):
    type: Literal["friend.refuse"]


class RemoveFriend(AboutPerson):
    type: Literal["friend.remove"]


class MarkFamily(AboutPerson):
    type: Literal["friend.mark_family"]
    on: bool = True


class BlockPerson(AboutPerson):
    type: Literal["person.block"]
    on: bool


class ListFriends(Command):
    type: Literal["friend.list"]


class ListRequests(Command):
    type: Literal["friend.requests"]


class DismissSuggestion(AboutPerson):
    type: Literal["friend.dismiss"]
    on: bool = True


class ListBlocked(Command):
    type: Literal["person.blocked"]


class SetTrust(AboutPerson):
    type: Literal["trust.set"]
    amount: Annotated[int, Field(ge=0, le=MAX_AMOUNT, description="Minor units; 0 ends the line.")]
    lenders: Literal["any", "friends", "nobody"] | None = None


class ListTrust(Command):
    type: Literal["trust.list"]


class Friend(Result):
    """A friend or somebody who may become one, as one of the two sees it."""

    person: Id
    username: str
    name: str
    status: str
    family: bool
    # Who has marked the other as family: "me", "them", "both" or nobody.
    family_by: Literal["me", "them", "both", ""]
    note: str
    since: Moment | None

    @classmethod
    def of(cls, friendship: Friendship, person_id: UUID) -> "Friend":
        """Show a friendship to one of its two people."""
        other = friendship.high if friendship.low_id == person_id else friendship.low
        return cls.model_validate(
            {
                "person": other.id, "username": other.username, "name": other.name,
                "status": friendship.status_for(person_id), "family": friendship.family,
                "family_by": friendship.family_by(person_id), "note": friendship.note,
                "since": friendship.since,
            }
        )  # fmt: skip


class OneFriend(Result):
    friend: Friend


class Friends(Result):
    friends: list[Friend]


class BlockedPeople(Result):
    people: list[PersonShown]


class Dismissed(Result):
    person: Id
    dismissed: bool


class BlockedPerson(Result):
    person: PersonShown
    blocked: bool


class LineShown(Result):
    """A trust line: `from_` stands behind `to` up to `capacity`."""

    id: Id
    from_: Annotated[Id, Field(serialization_alias="from")]
    to: Id
    capacity: int
    reserved: int
    burned: int
    free: int
    lenders: str
    set_at: Moment

    @classmethod
    def of(cls, line: Line) -> "LineShown":
        """Show a line."""
        return cls(
            id=line.id, from_=line.giver_id, to=line.receiver_id, capacity=line.capacity,
            reserved=line.reserved, burned=line.burned, free=line.free, lenders=line.lenders,
            set_at=line.set_at,
        )  # fmt: skip


class OneLine(Result):
    line: LineShown


class Lines(Result):
    given: list[LineShown]
    received: list[LineShown]


@handles(
    AskFriend, result=OneFriend, family=FAMILY,
    may_refuse=[PersonNotFound, Yourself, TooManyFriends, TooManyRequests],
)  # fmt: skip
def ask_friend(command: AskFriend, caller: Caller) -> OneFriend:
    """Ask somebody to be friends; if they have asked you, you are."""
    friendship = services.ask(
        person_id=caller.person, other=command.person, note=command.note, at=caller.at
    )
    return OneFriend(friend=Friend.of(friendship, caller.person))


@handles(
    AcceptFriend, result=OneFriend, family=FAMILY,
    may_refuse=[NotAsked, PersonNotFound, Yourself, TooManyFriends],
)  # fmt: skip
def accept_friend(command: AcceptFriend, caller: Caller) -> OneFriend:
    """Accept somebody's request."""
    friendship = services.accept(person_id=caller.person, other=command.person, at=caller.at)
    return OneFriend(friend=Friend.of(friendship, caller.person))


@handles(RefuseFriend, result=OneFriend, family=FAMILY, may_refuse=[NotAsked, Yourself])
def refuse_friend(command: RefuseFriend, caller: Caller) -> OneFriend:
    """Refuse somebody's request, or take your own back."""
    friendship = services.refuse(person_id=caller.person, other=command.person)
    return OneFriend(friend=Friend.of(friendship, caller.person))


@handles(RemoveFriend, result=OneFriend, family=FAMILY, may_refuse=[NotFriends, Yourself])
def remove_friend(command: RemoveFriend, caller: Caller) -> OneFriend:
    """End a friendship; your trust lines fall to what open loans use."""
    friendship = services.remove(person_id=caller.person, other=command.person, at=caller.at)
    return OneFriend(friend=Friend.of(friendship, caller.person))


@handles(MarkFamily, result=OneFriend, family=FAMILY, may_refuse=[NotFriends, Yourself])
def mark_family(command: MarkFamily, caller: Caller) -> OneFriend:
    """Mark a friend as family, which counts once both of you have; `on` false ends it for both."""
    friendship = services.mark_family(
        person_id=caller.person, other=command.person, on=command.on, at=caller.at
    )
    return OneFriend(friend=Friend.of(friendship, caller.person))


@handles(ListFriends, result=Friends, family=FAMILY, reads=True)
def list_friends(command: ListFriends, caller: Caller) -> Friends:
    """List your friends."""
    rows = selectors.list_friends(person_id=caller.person)
    return Friends(friends=[Friend.of(row, caller.person) for row in rows])


@handles(ListRequests, result=Friends, family=FAMILY, reads=True)
def list_requests(command: ListRequests, caller: Caller) -> Friends:
    """List open requests, yours and theirs; the 200 newest."""
    rows = selectors.list_requests(person_id=caller.person)
    return Friends(friends=[Friend.of(row, caller.person) for row in rows])


@handles(DismissSuggestion, result=Dismissed, family=FAMILY, may_refuse=[PersonNotFound, Yourself])
def dismiss_suggestion(command: DismissSuggestion, caller: Caller) -> Dismissed:
    """Have somebody suggested no more, or again with `on` false."""
    services.dismiss(person_id=caller.person, other=command.person, on=command.on, at=caller.at)
    return Dismissed(person=command.person, dismissed=command.on)


@handles(ListBlocked, result=BlockedPeople, family=FAMILY, reads=True)
def list_blocked(command: ListBlocked, caller: Caller) -> BlockedPeople:
    """List whom you have blocked."""
    blocked = selectors.list_blocked(person_id=caller.person)
    return BlockedPeople(people=[PersonShown.of(person) for person in blocked])


@handles(BlockPerson, result=BlockedPerson, family=FAMILY, may_refuse=[PersonNotFound, Yourself])
def block_person(command: BlockPerson, caller: Caller) -> BlockedPerson:
    """Stop hearing from somebody, or hear from them again."""
    services.block(person_id=caller.person, other=command.person, on=command.on, at=caller.at)
    person = get_person(person_id=command.person)
    return BlockedPerson(person=PersonShown.of(person), blocked=command.on)


@handles(
    SetTrust, result=OneLine, family=FAMILY,
    may_refuse=[PersonNotFound, Yourself, NotFriends, BelowReserved],
)  # fmt: skip
def set_trust(command: SetTrust, caller: Caller) -> OneLine:
    """Stand behind a friend up to an amount: others may lend to them through you, at your risk."""
    line = services.trust(
        person_id=caller.person, other=command.person, capacity=command.amount,
        lenders=command.lenders, at=caller.at,
    )  # fmt: skip
    return OneLine(line=LineShown.of(line))


@handles(ListTrust, result=Lines, family=FAMILY, reads=True)
def list_trust(command: ListTrust, caller: Caller) -> Lines:
    """List the lines you give and receive."""
    return Lines(
        given=[LineShown.of(line) for line in list_given(person_id=caller.person)],
        received=[LineShown.of(line) for line in list_received(person_id=caller.person)],
    )
