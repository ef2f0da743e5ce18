"""Wire commands about contacts."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from pydantic import Field

from commands.frames import Command, Moment, Result
from commands.registry import Caller, handles
from graph.contacts import selectors, services
from graph.contacts.errors import ConsentNeeded, TooManyContacts, TooManyToday
from graph.people.commands import Done

FAMILY = "Friends and trust"
Hash = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 of a number in E.164 form (+8613800000000), in hex.",
    ),
]


class ImportContacts(Command):
    type: Literal["contacts.import"]
    hashes: Annotated[list[Hash], Field(min_length=1, max_length=500)]
    consent: bool = False


class ForgetContacts(Command):
    type: Literal["contacts.forget"]


class ShowContacts(Command):
    type: Literal["contacts.get"]


class Contacts(Result):
    """How many numbers of yours are kept and until when, how many people are found by them who may
    be suggested to you, and of which country a number without one is.
    """

    kept: int
    found: int
    consented_at: Moment | None
    expires_at: Moment | None
    country: str


def _show(person_id: UUID, at: datetime) -> Contacts:
    book = selectors.find_book(person_id=person_id, at=at)
    return Contacts(
        kept=selectors.count_contacts(person_id=person_id) if book else 0,
        found=selectors.count_new_contacts(person_id=person_id, at=at),
        consented_at=book.consented_at if book else None,
        expires_at=book.expires_at if book else None, country=settings.PHONE_COUNTRY,
    )  # fmt: skip


@handles(
    ImportContacts, result=Contacts, family=FAMILY,
    may_refuse=[ConsentNeeded, TooManyContacts, TooManyToday],
)  # fmt: skip
def import_contacts(command: ImportContacts, caller: Caller) -> Contacts:
    """Have hashed phone numbers of your contacts kept, with your consent, so that people you know
    are suggested; only who lets themselves be found by their number is.
    """
    services.import_contacts(
        person_id=caller.person, hashes=[bytes.fromhex(one) for one in command.hashes],
        consent=command.consent, at=caller.at,
    )  # fmt: skip
    return _show(caller.person, caller.at)


@handles(ForgetContacts, result=Done, family=FAMILY)
def forget_contacts(command: ForgetContacts, caller: Caller) -> Done:
    """Withdraw your consent: all that is kept of your contacts is deleted at once."""
    services.forget(person_id=caller.person)
    return Done()


@handles(ShowContacts, result=Contacts, family=FAMILY, reads=True)
def show_contacts(command: ShowContacts, caller: Caller) -> Contacts:
    """Show what is kept of your contacts."""
    return _show(caller.person, caller.at)
