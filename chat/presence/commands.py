"""Wire commands about who is there."""

from typing import Annotated, Literal

from django.conf import settings
from pydantic import Field

from chat.presence import board, selectors, shapes
from commands.errors import SocketOnly
from commands.frames import Command, Id, Result
from commands.registry import Caller, handles

FAMILY = "Presence"


class GetPresence(Command):
    type: Literal["presence.get"]
    people: Annotated[list[Id], Field(max_length=settings.PRESENCE_ASKED)]


class SetPresence(Command):
    type: Literal["presence.set"]
    status: Literal["online", "away"]


class Presence(Result):
    presence: list[shapes.Presence]


class Done(Result):
    """Nothing to say but that it is done."""


@handles(GetPresence, result=Presence, family=FAMILY, reads=True, spare=True)
def get_presence(command: GetPresence, caller: Caller) -> Presence:
    """See who of some people is online or away, and when they were last there.

    Who is neither a friend nor in a room with you, hides, or has blocked you is `offline` and was
    never seen; so is everybody while you hide yourself.
    """
    return Presence(
        presence=selectors.describe_presence(reader_id=caller.person, people=command.people)
    )


@handles(SetPresence, result=Done, family=FAMILY, keyed=False, may_refuse=[SocketOnly])
def set_presence(command: SetPresence, caller: Caller) -> Done:
    """Say that nobody looks at this device, or that somebody does again; you are online when you
    are on any device.
    """
    if caller.device is None:
        raise SocketOnly(command=command.type)
    caller.device.show_away(on=command.status == board.AWAY)
    return Done()
