"""The wire command that takes a share of a red envelope, for one caller or for a whole rush."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from chat.cards.envelope_commands import (
    FAMILY,
    EnvelopeShareShown,
    EnvelopeShown,
    Word,
    access_envelope,
)
from chat.cards.late_claims import foresee_late, refuse_late, remember_win
from chat.rooms.selectors import members_among
from commands.errors import RateLimited
from commands.frames import Command, Id, Result, Written
from commands.keys import encode
from commands.registry import AGAIN, ALONE, Caller, Job, Many, Outcome, Reference, handles
from wallet.envelopes import selectors
from wallet.envelopes.claiming import (
    Claim,
    Contended,
    check_claim,
    claim,
    claim_each,
)
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


SHARES = TypeAdapter(list[EnvelopeShareShown])


def _show(taken: Taken, opened: Opened) -> ClaimedShare:
    return ClaimedShare(
        share=EnvelopeShareShown.of(taken),
        envelope=EnvelopeShown.of(opened, reader_id=taken.person_id),
        positions=_positions(opened),
    )


def _positions(opened: Opened) -> frozenset[int]:
    return frozenset(one.position for one in opened.taken)


def _keep(result: ClaimedShare) -> dict[str, str]:
    return _remember(result.envelope.id, result.positions)


def _remember(envelope_id: UUID, positions: frozenset[int]) -> dict[str, str]:
    # The whole answer names everybody who had a share by then, which is a hundred times as much: a
    # bit for each position says the same.
    bits = sum(1 << position for position in positions)
    return {"envelope": str(envelope_id), "taken": f"{bits:x}"}


def _write_for(winners: Sequence[Taken], opened: Opened) -> dict[UUID, Written]:
    """Write the answers of those who took a share of one envelope, by person: most of them is who
    got how much, which is the same for all and stands at the end.
    """
    shares = SHARES.dump_json([EnvelopeShareShown.of(one) for one in opened.taken]).decode()
    kept = encode(_remember(opened.envelope.id, _positions(opened)))
    written = {}
    of_first = EnvelopeShown.of(opened, reader_id=winners[0].person_id, with_shares=False)
    for taken in winners:
        share = EnvelopeShareShown.of(taken)
        envelope = of_first.model_copy(update={"mine": share})
        text = encode(ClaimedShare(share=share, envelope=envelope, positions=frozenset()))
        assert text.endswith("}}")
        written[taken.person_id] = Written(f'{text[:-2]},"shares":{shares}}}}}', kept)
    return written


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
    return _show(taken, Opened(envelope, then, taken.at))


def _claim_many(jobs: Sequence[Job]) -> Sequence[Outcome]:
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
    decided: list[Outcome] = [EnvelopeNotFound()] * len(jobs)
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
            remember_win(outcome, jobs[place].caller)
        else:
            decided[place] = AGAIN if isinstance(outcome, Contended) else outcome
    for place, shown in _show_all(claims, winners).items():
        decided[place] = shown
    return decided


def _show_all(claims: dict[int, Claim], winners: dict[int, Taken]) -> dict[int, Written]:
    if not winners:
        return {}
    envelopes = {claims[place].envelope.id: claims[place].envelope for place in winners}
    at: dict[UUID, datetime] = {}
    for place in winners:
        one = claims[place]
        at[one.envelope.id] = max(one.at, at.get(one.envelope.id, one.at))
    of_envelope: dict[UUID, list[Taken]] = {one: [] for one in envelopes}
    for taken in winners.values():
        of_envelope[taken.envelope_id].append(taken)
    written = {}
    for opened in selectors.look_into_all([*envelopes.values()], at=max(at.values())):
        envelope_id = opened.envelope.id
        # The moment of its own claims: that of another envelope's may be past its day.
        opened.at = at[envelope_id]
        written[envelope_id] = _write_for(of_envelope[envelope_id], opened)
    return {place: written[taken.envelope_id][taken.person_id] for place, taken in winners.items()}


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
        queue=lambda command: command.envelope, screen=refuse_late, foresee=foresee_late,
    ),
    may_refuse=[
        EnvelopeNotFound, EnvelopeEmpty, EnvelopeExpired, AlreadyClaimed, NotForYou,
        WrongPassword, RateLimited, LimitExceeded, Frozen,
    ],
)  # fmt: skip
def claim_envelope(command: ClaimEnvelope, caller: Caller, envelope: Envelope) -> ClaimedShare:
    """Take the next free share of an envelope."""
    taken = claim(envelope=envelope, person_id=caller.person, at=caller.at)
    remember_win(taken, caller)
    opened = selectors.look_into(envelope, at=caller.at)
    return _show(taken, opened)
