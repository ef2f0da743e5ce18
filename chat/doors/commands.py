"""Wire commands that start and end a browser's session."""

from typing import Literal

from commands.errors import HttpOnly
from commands.frames import Command, Result
from commands.registry import Browser, Caller, handles
from graph.people.commands import (
    FAMILY,
    OnePerson,
    PersonShown,
    TypedName,
    TypedPassword,
)
from graph.people.errors import AccountClosed, Locked, WrongCredentials
from graph.people.services import check_credentials, sign_out


class CreateSession(Command):
    type: Literal["session.create"]
    username: TypedName
    password: TypedPassword


class EndSession(Command):
    type: Literal["session.end"]


class Ended(Result):
    """Nothing to say but that it is done."""


def _browser(caller: Caller, command: str) -> Browser:
    if caller.browser is None:
        raise HttpOnly(command=command)
    return caller.browser


@handles(
    CreateSession, result=OnePerson, family=FAMILY, public=True, http_only=True,
    may_refuse=[WrongCredentials, Locked, AccountClosed],
)  # fmt: skip
def create_session(command: CreateSession, caller: Caller) -> OnePerson:
    """Log in from a browser: sets the session cookie and the CSRF cookie."""
    person = check_credentials(username=command.username, password=command.password)
    _browser(caller, command.type).log_in(person)
    return OnePerson(person=PersonShown.of(person))


@handles(EndSession, result=Ended, family=FAMILY, keyed=False, http_only=True)
def end_session(command: EndSession, caller: Caller) -> Ended:
    """Log out: ends the session and closes its sockets with 4401."""
    _browser(caller, command.type).log_out()
    sign_out(caller.person, credential=caller.credential)
    return Ended()
