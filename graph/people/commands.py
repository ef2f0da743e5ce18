"""Wire commands about accounts and people."""

import unicodedata
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from commands.frames import Command, Id, Moment, Result, Text
from commands.registry import Caller, handles
from graph.people import reset, selectors, services, tiers
from graph.people.errors import (
    AccountClosed,
    Locked,
    ResetLinkInvalid,
    UsernameTaken,
    WeakPassword,
    WrongCredentials,
)
from graph.people.models import Person

FAMILY = "Accounts"
LARGEST_NUMBER = 2**53
SMALLEST_NUMBER = 1e-9


def _has_letters(name: str) -> str:
    name = unicodedata.normalize("NFC", name).strip()
    if not any(character.isprintable() and not character.isspace() for character in name):
        raise ValueError("must have something to read in it")
    return name


def _is_kept_as_sent(value: Any) -> Any:
    """Refuse, at every depth, what the database would not keep or would keep as something
    longer.
    """
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("must not contain the character NUL")
    is_number = isinstance(value, int | float) and value != 0
    if is_number and not SMALLEST_NUMBER <= abs(value) <= LARGEST_NUMBER:
        raise ValueError("must hold numbers of ordinary size")
    if isinstance(value, dict):
        for key, inner in value.items():
            _is_kept_as_sent(key)
            _is_kept_as_sent(inner)
    if isinstance(value, list):
        for inner in value:
            _is_kept_as_sent(inner)
    return value


Username = Annotated[
    Text,
    AfterValidator(lambda name: unicodedata.normalize("NFKC", name)),
    Field(min_length=2, max_length=32, pattern=r"^[\w.\-]+$"),
]
Name = Annotated[Text, Field(min_length=1, max_length=64), AfterValidator(_has_letters)]
Password = Annotated[Text, Field(min_length=1, max_length=256)]
ADDRESS = r"[^@\s]+@[^@\s]+\.[^@\s]+"
Email = Annotated[Text, Field(max_length=254, pattern=f"^({ADDRESS})?$")]
# What somebody types to log in; longer than any username or password, and short enough to handle.
TypedName = Annotated[Text, Field(max_length=150)]
TypedPassword = Annotated[Text, Field(max_length=1_000)]
Language = Literal["en", "zh"]
Settings = Annotated[dict[str, Any], AfterValidator(_is_kept_as_sent)]


class CreateAccount(Command):
    type: Literal["account.create"]
    username: Username
    password: Password
    name: Name
    email: Email = ""
    language: Language = "en"


class CreateToken(Command):
    type: Literal["token.create"]
    username: TypedName
    password: TypedPassword


class RevokeToken(Command):
    type: Literal["token.revoke"]


class ChangePassword(Command):
    type: Literal["account.change_password"]
    old: TypedPassword
    new: Password


class AskReset(Command):
    type: Literal["account.ask_reset"]
    email: Annotated[Email, Field(pattern=f"^{ADDRESS}$")]


class ResetPassword(Command):
    type: Literal["account.reset_password"]
    person: Id
    token: Annotated[Text, Field(max_length=200)]
    new: Password


class UpdateAccount(Command):
    type: Literal["account.update"]
    name: Name | None = None
    email: Email | None = None
    language: Language | None = None
    settings: Settings | None = None


class ConfirmName(Command):
    type: Literal["account.confirm_name"]
    name: Name
    phone: Annotated[Text, Field(pattern=r"^\+?[0-9][0-9 \-]{4,24}$")]


class ConfirmDocument(Command):
    type: Literal["account.confirm_document"]
    number: Annotated[Text, Field(min_length=4, max_length=40)]


class GetMe(Command):
    type: Literal["me.get"]


class PersonShown(Result):
    id: Id
    username: str
    name: str

    @classmethod
    def of(cls, person: Person) -> "PersonShown":
        """Show the person as others see them."""
        return cls(id=person.id, username=person.username, name=person.name)


class OnePerson(Result):
    person: PersonShown


class NewToken(Result):
    person: PersonShown
    token: str
    expires_at: Moment


class TierNow(Result):
    tier: str


class Me(Result):
    person: PersonShown
    tier: str
    roles: list[str]
    settings: dict[str, Any]
    language: str
    email: str


class Done(Result):
    """Nothing to say but that it is done."""


@handles(
    CreateAccount, result=NewToken, family=FAMILY, public=True,
    may_refuse=[UsernameTaken, WeakPassword],
)  # fmt: skip
def create_account(command: CreateAccount, caller: Caller) -> NewToken:
    """Sign up and get an access token."""
    person = services.create_person(
        username=command.username, password=command.password, name=command.name,
        email=command.email, language=command.language, at=caller.at,
    )  # fmt: skip
    return _token_for(person, caller)


@handles(
    CreateToken, result=NewToken, family=FAMILY, public=True,
    may_refuse=[WrongCredentials, Locked, AccountClosed],
)  # fmt: skip
def create_token(command: CreateToken, caller: Caller) -> NewToken:
    """Log in from a script: get an access token for 30 days."""
    person = services.check_credentials(username=command.username, password=command.password)
    return _token_for(person, caller)


def _token_for(person: Person, caller: Caller) -> NewToken:
    issued = services.issue_token(person_id=person.id, at=caller.at, agent=caller.agent)
    return NewToken(
        person=PersonShown.of(person), token=issued.text, expires_at=issued.token.expires_at
    )


@handles(RevokeToken, result=Done, family=FAMILY, keyed=False)
def revoke_token(command: RevokeToken, caller: Caller) -> Done:
    """Give up the token that sends this; its sockets close with 4401."""
    services.revoke_token(person_id=caller.person, token_id=caller.token_id)
    return Done()


def _hash_new_password(command: ChangePassword, caller: Caller) -> str:
    # Before the transaction: a wrong password is counted although the change is refused, and
    # hashing takes its time.
    return services.check_new_password(person_id=caller.person, old=command.old, new=command.new)


@handles(
    ChangePassword, result=OnePerson, family=FAMILY, prepare=_hash_new_password,
    may_refuse=[WrongCredentials, WeakPassword, Locked],
)  # fmt: skip
def change_password(command: ChangePassword, caller: Caller, hashed: str) -> OnePerson:
    """Choose a new password; all other devices are signed out."""
    person = services.change_password(
        person_id=caller.person, hashed=hashed, credential=caller.credential
    )
    if caller.browser:
        caller.browser.keep_session(person)
    return OnePerson(person=PersonShown.of(person))


@handles(AskReset, result=Done, family=FAMILY, public=True, may_refuse=[Locked])
def ask_reset(command: AskReset, caller: Caller) -> Done:
    """Ask for a link by mail to choose a new password; the answer never tells whether one was
    sent.
    """
    reset.ask_for_link(email=command.email, at=caller.at)
    return Done()


@handles(
    ResetPassword, result=Done, family=FAMILY, public=True,
    may_refuse=[ResetLinkInvalid, WeakPassword],
)  # fmt: skip
def reset_password(command: ResetPassword, caller: Caller) -> Done:
    """Choose a new password with the token from the mail; all devices are signed out."""
    reset.reset_password(person_id=command.person, token=command.token, new=command.new)
    return Done()


@handles(UpdateAccount, result=OnePerson, family=FAMILY)
def update_account(command: UpdateAccount, caller: Caller) -> OnePerson:
    """Change your name, mail address, language or settings; what is left out stays, and a setting
    that is null goes.
    """
    person = services.update_person(
        person_id=caller.person, name=command.name, email=command.email,
        language=command.language, chosen=command.settings,
    )  # fmt: skip
    return OnePerson(person=PersonShown.of(person))


def _check_name(command: ConfirmName, caller: Caller) -> None:
    # Before the transaction: a provider may be far away.
    tiers.check_name(name=command.name, phone=command.phone)


@handles(
    ConfirmName, result=TierNow, family=FAMILY, prepare=_check_name, may_refuse=[WrongCredentials]
)
def confirm_name(command: ConfirmName, caller: Caller, checked: None) -> TierNow:
    """Have your name and phone checked, for the tier `real_name`."""
    tier = tiers.confirm_name(
        person_id=caller.person, name=command.name, phone=command.phone, at=caller.at
    )
    return TierNow(tier=tier)


def _check_document(command: ConfirmDocument, caller: Caller) -> None:
    tiers.check_document(number=command.number)


@handles(
    ConfirmDocument, result=TierNow, family=FAMILY, prepare=_check_document,
    may_refuse=[WrongCredentials],
)  # fmt: skip
def confirm_document(command: ConfirmDocument, caller: Caller, checked: None) -> TierNow:
    """Have your identity document checked, for the tier `verified`."""
    tier = tiers.confirm_document(person_id=caller.person, number=command.number, at=caller.at)
    return TierNow(tier=tier)


@handles(GetMe, result=Me, family=FAMILY, reads=True)
def get_me(command: GetMe, caller: Caller) -> Me:
    """Show your own account."""
    person = selectors.get_person(person_id=caller.person)
    return Me(
        person=PersonShown.of(person), tier=person.tier, roles=person.roles,
        settings=person.settings, language=person.language, email=person.email,
    )  # fmt: skip
