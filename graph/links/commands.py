"""Wire commands about links by which one makes friends."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from django.conf import settings
from pydantic import Field

from commands.frames import Command, Moment, Result, Text
from commands.registry import Caller, Reference, handles
from graph.friends.commands import Friend, OneFriend
from graph.friends.errors import TooManyFriends, Yourself
from graph.friends.selectors import are_friends
from graph.links import selectors, services
from graph.links.errors import LinkNotFound
from graph.links.models import Link
from graph.links.tokens import make_token
from graph.people.commands import Done, PersonShown
from graph.people.errors import Locked, PersonNotFound

FAMILY = "Friends and trust"
Token = Annotated[Text, Field(min_length=1, max_length=100)]
WEEK = 7 * 24 * 3600


class OpenLink(Command):
    type: Literal["friend.link"]
    renew: bool = False
    uses: Annotated[int, Field(ge=1, le=settings.FRIEND_LINK_USES)] = 10
    expires_in: Annotated[
        int,
        Field(ge=60, le=settings.FRIEND_LINK_SECONDS, description="Seconds; a week unless given."),
    ] = WEEK


class RevokeLink(Command):
    type: Literal["friend.revoke_link"]


class LookAtLink(Command):
    type: Literal["friend.look_at_link"]
    token: Token


class FollowLink(Command):
    type: Literal["friend.follow_link"]
    token: Token


class LinkShown(Result):
    """Your link; `url` is where it leads."""

    token: str
    url: str
    uses_left: int
    at: Moment
    expires_at: Moment

    @classmethod
    def of(cls, link: Link) -> "LinkShown":
        """Show a link to whose it is."""
        token = make_token(link.id)
        return cls(
            token=token, url=f"{settings.PAGE_URL}/f/{token}", uses_left=link.uses_left,
            at=link.created_at, expires_at=link.expires_at,
        )  # fmt: skip


class OneLink(Result):
    link: LinkShown


class LinkAhead(Result):
    """Whose link it is; `standing` is how you stand with them: "friends", "yourself" or empty."""

    person: PersonShown
    expires_at: Moment
    standing: Literal["friends", "yourself", ""]


def _keep(result: OneLink) -> dict[str, Any]:
    # The secret of a link is kept nowhere, so neither in an answer.
    return {}


def _retell(kept: Any, caller: Caller) -> OneLink:
    return OneLink(
        link=LinkShown.of(selectors.get_own(person_id=caller.person, at=caller.at))
    )  # fmt: skip


@handles(
    OpenLink, result=OneLink, family=FAMILY, reference=Reference(_keep, _retell),
    may_refuse=[PersonNotFound, LinkNotFound],
)  # fmt: skip
def open_link(command: OpenLink, caller: Caller) -> OneLink:
    """Get your link by which others become your friends; `renew` makes a new one, and the old one
    leads nowhere from then on.
    """
    link = services.open_link(
        person_id=caller.person, uses=command.uses, renew=command.renew,
        expires_in=timedelta(seconds=command.expires_in), at=caller.at,
    )  # fmt: skip
    return OneLink(link=LinkShown.of(link))


@handles(RevokeLink, result=Done, family=FAMILY)
def revoke_link(command: RevokeLink, caller: Caller) -> Done:
    """Let your link lead nowhere any more."""
    services.revoke(person_id=caller.person)
    return Done()


@handles(
    LookAtLink, result=LinkAhead, family=FAMILY, reads=True, public=True,
    may_refuse=[LinkNotFound, Locked],
)  # fmt: skip
def look_at_link(command: LookAtLink, caller: Caller) -> LinkAhead:
    """See whose link it is, also before you sign in; how you stand with them shows on the
    socket.
    """
    me = caller.person_id
    link = selectors.find_working(token=command.token, person_id=me, at=caller.at)
    standing = ""
    if me == link.person_id:
        standing = "yourself"
    elif me and are_friends(one=me, other=link.person_id):
        standing = "friends"
    elif link.uses_left < 1:
        raise LinkNotFound()
    return LinkAhead.model_validate(
        {
            "person": PersonShown.of(link.person), "expires_at": link.expires_at,
            "standing": standing,
        }
    )  # fmt: skip


@handles(
    FollowLink, result=OneFriend, family=FAMILY,
    # Doing it again changes nothing, and so the link is not kept with a command's id either.
    keyed=False,
    may_refuse=[LinkNotFound, Yourself, TooManyFriends, Locked],
)  # fmt: skip
def follow_link(command: FollowLink, caller: Caller) -> OneFriend:
    """Become a friend of whoever handed out the link: they have said yes by that."""
    friendship = services.follow(token=command.token, person_id=caller.person, at=caller.at)
    return OneFriend(friend=Friend.of(friendship, caller.person))
