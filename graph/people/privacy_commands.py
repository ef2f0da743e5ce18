"""Wire commands about who may find somebody, and who sees their friends."""

from typing import Literal

from commands.frames import Command, Result
from commands.registry import Caller, handles
from graph.people import privacy, selectors
from graph.people.models import Person

FAMILY = "Friends and trust"
FoundBy = Literal["everybody", "friends_of_friends", "nobody"]
SeenBy = Literal["everybody", "friends", "nobody"]


class GetPrivacy(Command):
    type: Literal["privacy.get"]


class SetPrivacy(Command):
    type: Literal["privacy.set"]
    found_by: FoundBy | None = None
    found_by_phone: FoundBy | None = None
    friends_seen_by: SeenBy | None = None


class Privacy(Result):
    """Who finds you by name and in suggestions, who by your confirmed phone number, and who sees
    your friends.
    """

    found_by: str
    found_by_phone: str
    friends_seen_by: str

    @classmethod
    def of(cls, person: Person) -> "Privacy":
        """Show what the person has chosen."""
        return cls(
            found_by=str(person.found_by), found_by_phone=str(person.found_by_phone),
            friends_seen_by=str(person.friends_seen_by),
        )  # fmt: skip


class OnePrivacy(Result):
    privacy: Privacy


@handles(GetPrivacy, result=OnePrivacy, family=FAMILY, reads=True)
def get_privacy(command: GetPrivacy, caller: Caller) -> OnePrivacy:
    """Show who may find you, and who sees your friends."""
    person = selectors.get_person(person_id=caller.person)
    return OnePrivacy(privacy=Privacy.of(person))


@handles(SetPrivacy, result=OnePrivacy, family=FAMILY)
def set_privacy(command: SetPrivacy, caller: Caller) -> OnePrivacy:
    """Choose who may find you, and who sees your friends; what is left out stays."""
    person = privacy.set_privacy(
        person_id=caller.person, found_by=command.found_by,
        found_by_phone=command.found_by_phone, friends_seen_by=command.friends_seen_by,
    )  # fmt: skip
    return OnePrivacy(privacy=Privacy.of(person))
