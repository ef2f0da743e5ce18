"""Wire commands about the history of trust lines, and about what proposals may draw on."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from commands.frames import Command, Id, Moment, PageSize, Result
from commands.registry import Caller, handles
from graph.people.errors import PersonNotFound
from graph.people.selectors import get_person
from graph.trust import selectors, services
from graph.trust.models import Change, Consent

FAMILY = "Friends and trust"


class LineHistory(Command):
    type: Literal["trust.history"]
    person: Id
    direction: Literal["given", "received"] = "given"
    before: Annotated[
        int | None, Field(default=None, ge=1, description="A change's version, not included.")
    ]
    limit: PageSize = 50


class SetConsent(Command):
    type: Literal["trust.consent"]
    loans: bool | None = None
    transfers: bool | None = None
    friendship: bool | None = None
    mutual: bool | None = None


class ChangeShown(Result):
    """A change of a line, with what the line was after it; `by` is null where time did it, `loan`
    where it is not for the reader's eyes. `kind`: set, lowered, reserved, released or burned.
    """

    version: int
    kind: str
    at: Moment
    by: Id | None
    loan: Id | None
    capacity: int
    reserved: int
    burned: int
    free: int
    lenders: str


class History(Result):
    changes: list[ChangeShown]
    more: bool


class ConsentShown(Result):
    """What of one's own a proposal may draw on."""

    loans: bool
    transfers: bool
    friendship: bool
    mutual: bool

    @classmethod
    def of(cls, consent: Consent | None) -> "ConsentShown":
        """Show a consent; who never gave one has given none."""
        said = consent or Consent()
        return cls(
            loans=said.loans, transfers=said.transfers, friendship=said.friendship,
            mutual=said.mutual,
        )  # fmt: skip


class OneConsent(Result):
    consent: ConsentShown


@handles(LineHistory, result=History, family=FAMILY, reads=True, may_refuse=[PersonNotFound])
def list_history(command: LineHistory, caller: Caller) -> History:
    """List what has happened to the line you give somebody, or get from them, newest first; of a
    line you get, which loans of others use it stays with its giver.
    """
    get_person(person_id=command.person)
    ends = (caller.person, command.person)
    giver, receiver = ends if command.direction == "given" else ends[::-1]
    line = selectors.find_line(giver=giver, receiver=receiver)
    if line is None:
        return History(changes=[], more=False)
    page, more = selectors.list_changes(
        line=line, reader_id=caller.person, before=command.before, limit=command.limit
    )
    return History(changes=[_show(one, giver, caller) for one in page], more=more)


def _show(change: Change, giver: UUID, caller: Caller) -> ChangeShown:
    sees_loan = caller.person in (giver, change.borrower)
    sees_who = sees_loan or change.loan is None
    return ChangeShown(
        version=change.version, kind=change.kind, at=change.at,
        by=change.by if sees_who else None, loan=change.loan if sees_loan else None,
        capacity=change.capacity, reserved=change.reserved, burned=change.burned,
        free=change.capacity - change.reserved, lenders=change.lenders,
    )  # fmt: skip


@handles(SetConsent, result=OneConsent, family=FAMILY)
def set_consent(command: SetConsent, caller: Caller) -> OneConsent:
    """Say what of yours `trust.propose` may draw on, nothing unless you do: loans and transfers
    between you and a friend, how long the friendship lasts, mutual friends.
    """
    consent = services.set_consent(
        person_id=caller.person, loans=command.loans, transfers=command.transfers,
        friendship=command.friendship, mutual=command.mutual, at=caller.at,
    )  # fmt: skip
    return OneConsent(consent=ConsentShown.of(consent))
