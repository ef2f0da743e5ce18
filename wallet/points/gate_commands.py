"""Wire commands about gates: what services ask, and what people let them ask."""

from typing import Annotated, Literal

from pydantic import Field

from commands.errors import Forbidden
from commands.frames import Command, Id, Moment, PageSize, Result, Text
from commands.registry import Caller, handles
from graph.people.errors import PersonNotFound
from wallet.points import asking, selectors
from wallet.points.errors import UnknownGate
from wallet.points.gates import list_gates
from wallet.points.models import Ask, Consent, Grant

FAMILY = "Pay Points"
GateName = Annotated[Text, Field(min_length=1, max_length=32)]
Why = Annotated[
    str,
    Field(description="above, granted, not_above; no_score and no_consent say nothing of a score."),
]


class AskGate(Command):
    type: Literal["points.ask_gate"]
    person: Id
    gate: GateName


class AnswerService(Command):
    type: Literal["points.answer_service"]
    service: Id
    gate: GateName
    allow: bool


class ListGates(Command):
    type: Literal["points.gates"]


class ListAsked(Command):
    type: Literal["points.asked"]
    before: Id | None = None
    limit: PageSize = 50


class GateAnswered(Result):
    """`until` says how long a yes holds without another look, where it is a grant."""

    person: Id
    gate: str
    allowed: bool
    reason: Why
    until: Moment | None


class GateShown(Result):
    gate: str
    threshold: int
    grant_days: int


class GateConsentShown(Result):
    """`status` is asked, given or refused; a consent that is given ends at `until`."""

    service: Id
    gate: str
    status: str
    at: Moment
    until: Moment | None

    @classmethod
    def of(cls, consent: Consent) -> "GateConsentShown":
        """Show what was answered to a service, or what it waits for."""
        return cls(
            service=consent.service_id, gate=consent.gate, status=consent.status,
            at=consent.answered_at or consent.asked_at, until=consent.until,
        )  # fmt: skip


class GrantShown(Result):
    service: Id
    gate: str
    at: Moment
    until: Moment

    @classmethod
    def of(cls, grant: Grant) -> "GrantShown":
        """Show a grant."""
        return cls(service=grant.service_id, gate=grant.gate, at=grant.at, until=grant.expires_at)


class AskShown(Result):
    """What a service asked and learned: yes or no, never the score."""

    id: Id
    service: Id
    gate: str
    threshold: int
    allowed: bool
    reason: Why
    at: Moment

    @classmethod
    def of(cls, ask: Ask) -> "AskShown":
        """Show what a service learned."""
        return cls(
            id=ask.id, service=ask.service_id, gate=ask.gate, threshold=ask.threshold,
            allowed=ask.allowed, reason=ask.reason, at=ask.at,
        )  # fmt: skip


class OneGateConsent(Result):
    consent: GateConsentShown


class Gates(Result):
    gates: list[GateShown]
    consents: list[GateConsentShown]
    grants: list[GrantShown]


class Asked(Result):
    asked: list[AskShown]
    more: bool


@handles(
    AskGate, result=GateAnswered, family=FAMILY, may_refuse=[Forbidden, UnknownGate, PersonNotFound]
)  # fmt: skip
def ask_gate(command: AskGate, caller: Caller) -> GateAnswered:
    """Ask whether somebody's score is above a gate's threshold, as a service (role `service`) that
    the person lets ask; without their consent the answer is no, and who takes part is asked for it.
    """
    answer = asking.ask_gate(
        service_id=caller.person, person_id=command.person, gate=command.gate, at=caller.at
    )
    return GateAnswered(
        person=command.person, gate=command.gate, allowed=answer.allowed,
        reason=answer.reason, until=answer.until,
    )  # fmt: skip


@handles(
    AnswerService, result=OneGateConsent, family=FAMILY, may_refuse=[UnknownGate, PersonNotFound]
)  # fmt: skip
def answer_service(command: AnswerService, caller: Caller) -> OneGateConsent:
    """Let a service ask a gate about you for 30 days, or no longer, which also ends what it was
    granted.
    """
    consent = asking.answer_service(
        person_id=caller.person, service_id=command.service, gate=command.gate,
        allow=command.allow, at=caller.at,
    )  # fmt: skip
    return OneGateConsent(consent=GateConsentShown.of(consent))


@handles(ListGates, result=Gates, family=FAMILY, reads=True)
def show_gates(command: ListGates, caller: Caller) -> Gates:
    """List the gates, which services you let ask them or have yet to answer, and what they were
    granted.
    """
    return Gates(
        gates=[
            GateShown(gate=gate.name, threshold=gate.threshold, grant_days=gate.grant_days)
            for gate in list_gates()
        ],
        consents=[
            GateConsentShown.of(one) for one in selectors.list_consents(person_id=caller.person)
        ],
        grants=[
            GrantShown.of(one)
            for one in selectors.list_grants(person_id=caller.person, at=caller.at)
        ],
    )


@handles(ListAsked, result=Asked, family=FAMILY, reads=True)
def list_asked(command: ListAsked, caller: Caller) -> Asked:
    """List which services asked about you and what they learned, newest first."""
    page, more = selectors.list_asked(
        person_id=caller.person, before=command.before, limit=command.limit
    )
    return Asked(asked=[AskShown.of(one) for one in page], more=more)
