"""The wire command that proposes how far one might stand behind a friend."""

from typing import Literal

from commands.frames import Command, Id, Result
from commands.registry import Caller, handles
from graph.friends.errors import NotFriends
from graph.people.errors import PersonNotFound
from graph.trust.commands import FAMILY, ConsentShown
from wallet.lending.proposals import propose


class ProposeTrust(Command):
    type: Literal["trust.propose"]
    person: Id


class ReasonShown(Result):
    """One part of a proposal: `value` is what it rests on (minor units, years, people, or 1), and
    `amount` what it adds. `reason`: repaid_to_you, repaid_by_you, years, transfers, mutual, and
    was_late or is_late, which take away.
    """

    reason: str
    value: int
    amount: int


class ProposedTrust(Result):
    """The amount is the sum of those in `because`; `consent` says what it may draw on."""

    amount: int
    because: list[ReasonShown]
    consent: ConsentShown


@handles(
    ProposeTrust, result=ProposedTrust, family=FAMILY, reads=True,
    may_refuse=[PersonNotFound, NotFriends],
)  # fmt: skip
def propose_trust(command: ProposeTrust, caller: Caller) -> ProposedTrust:
    """Propose how far you might stand behind a friend, and why; it sets nothing, and draws only on
    what you have consented to by `trust.consent`.
    """
    proposal = propose(person_id=caller.person, other=command.person, at=caller.at)
    return ProposedTrust(
        amount=proposal.amount,
        because=[
            ReasonShown(reason=one.reason, value=one.value, amount=one.amount)
            for one in proposal.because
        ],
        consent=ConsentShown.of(proposal.consent),
    )
