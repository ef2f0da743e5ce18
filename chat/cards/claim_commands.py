"""The wire command that takes a share of a red envelope, for one caller or for a whole rush."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from chat.cards.envelope_commands import (
    FAMILY,
    EnvelopeShareShown,
    EnvelopeShown,
    Word,
    access_envelope,
)
from chat.rooms.selectors import members_among
from commands.errors import RateLimited, Refusal
from commands.frames import Command, Id, Result
from commands.registry import AGAIN, ALONE, Again, Alone, Caller, Job, Many, Reference, handles
from wallet.envelopes import selectors
from wallet.envelopes.claiming import Claim, Contended, check_claim, claim, claim_each
from wallet.envelopes.errors import (
    AlreadyClaimed,
    EnvelopeEmpty,
    EnvelopeExpired,
    EnvelopeNotFound,
    NotForYou,
    WrongPassword,
)
from wallet.envelopes.memory import recall_envelopes
from wallet.envelopes.models import Envelope
from wallet.envelopes.selectors import Opened, Taken
from wallet.ledger.errors import Frozen, LimitExceeded


class ClaimEnvelope(Command):
    type: Literal["envelope.claim"]
    envelope: Id
    password: Word | None = None


class ClaimedShare(Result):
    share: EnvelopeShareShown
    envelope: EnvelopeShown
    # Which shares were taken by then; not shown.
    positions: Annotated[frozenset[int], Field(exclude=True)]


def _show(taken: Taken, opened: Opened, shares: list[EnvelopeShareShown]) -> ClaimedShare:
    return ClaimedShare(
        share=EnvelopeShareShown.of(taken),
        envelope=EnvelopeShown.of(opened, reader_id=taken.person_id, taken=shares),
        positions=frozenset(one.position for one in opened.taken),
    )


def _keep(result: ClaimedShare) -> dict[str, str]:
    # The whole answer names everybody who had a share by then, which is a hundred times as much: a
    # bit for each position says the same.
    bits = sum(1 << position for position in result.positions)
    return {"envelope": str(result.envelope.id), "taken": f"{bits:x}"}


def _retell(kept: dict[str, Any], caller: Caller) -> ClaimedShare | dict[str, Any]:
    if "taken" not in kept:
        # Once the whole answer was kept.
        return kept
    envelope = selectors.get_envelope(envelope_id=UUID(kept["envelope"]))
    bits = int(kept["taken"], 16)
    now = selectors.look_into(envelope, at=caller.at)
    then = [one for one in now.taken if bits >> one.position & 1]
    (taken,) = (one for one in then if one.person_id == caller.person)
    # As it was when the share was taken: nothing had expired or gone back by then.
    envelope.returned_at = None
    return _show(taken, Opened(envelope, then, taken.at), [*map(EnvelopeShareShown.of, then)])


def _claim_many(jobs: Sequence[Job]) -> Sequence[Result | Refusal | Alone | Again]:
    """Serve a rush: its statements are the same for any number of claims, and who comes too late
    costs no lock.
    """
    envelopes = recall_envelopes({job.command.envelope for job in jobs})
    claims = {
        place: Claim(envelope, job.caller.person, job.caller.at)
        for place, job in enumerate(jobs)
        if (envelope := envelopes.get(job.command.envelope)) is not None
    }
    members = members_among({(one.envelope.room_id, one.person_id) for one in claims.values()})
    decided: list[Result | Refusal | Alone | Again] = [EnvelopeNotFound()] * len(jobs)
    going: list[int] = []
    for place, one in claims.items():
        if (one.envelope.room_id, one.person_id) not in members:
            continue
        if one.envelope.password_digest:
            # A wrong word is counted before, outside the transaction.
            decided[place] = ALONE
        else:
            going.append(place)
    outcomes = claim_each([claims[place] for place in going])
    winners: dict[int, Taken] = {}
    for place, outcome in zip(going, outcomes, strict=True):
        if isinstance(outcome, Taken):
            winners[place] = outcome
        else:
            decided[place] = AGAIN if isinstance(outcome, Contended) else outcome
    for place, shown in _show_all(claims, winners).items():
        decided[place] = shown
    return decided


def _show_all(claims: dict[int, Claim], winners: dict[int, Taken]) -> dict[int, ClaimedShare]:
    if not winners:
        return {}
    envelopes = {claims[place].envelope.id: claims[place].envelope for place in winners}
    at = max(claims[place].at for place in winners)
    opened = {one.envelope.id: one for one in selectors.look_into_all([*envelopes.values()], at=at)}
    # Shown once for all who read it.
    shares = {
        envelope_id: [EnvelopeShareShown.of(share) for share in one.taken]
        for envelope_id, one in opened.items()
    }
    return {
        place: _show(taken, opened[taken.envelope_id], shares[taken.envelope_id])
        for place, taken in winners.items()
    }


def _check(command: ClaimEnvelope, caller: Caller) -> Envelope:
    # Before the transaction: a wrong word is counted although the claim is refused.
    envelope = access_envelope(command.envelope, caller.person)
    check_claim(envelope=envelope, person_id=caller.person, password=command.password, at=caller.at)
    return envelope


@handles(
    ClaimEnvelope, result=ClaimedShare, family=FAMILY, money=True, prepare=_check,
    reference=Reference(_keep, _retell),
    many=Many(
        handle=_claim_many, fits=lambda command: command.password is None,
        queue=lambda command: command.envelope,
    ),
    may_refuse=[
        EnvelopeNotFound, EnvelopeEmpty, EnvelopeExpired, AlreadyClaimed, NotForYou,
        WrongPassword, RateLimited, LimitExceeded, Frozen,
    ],
)  # fmt: skip
def claim_envelope(command: ClaimEnvelope, caller: Caller, envelope: Envelope) -> ClaimedShare:
    """Take the next free share of an envelope."""
    taken = claim(envelope=envelope, person_id=caller.person, at=caller.at)
    opened = selectors.look_into(envelope, at=caller.at)
    return _show(taken, opened, [EnvelopeShareShown.of(share) for share in opened.taken])
