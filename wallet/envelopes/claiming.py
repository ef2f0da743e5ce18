"""Taking shares of envelopes: claims that arrive together go down together."""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from uuid_utils.compat import uuid7

from commands.arrays import column, columns
from commands.errors import Refusal
from outbox.after_commit import run_after_commit
from wallet.accounts.services import accounts_by_currency, pay_each
from wallet.card_events import record_card_changes
from wallet.envelopes import password as words
from wallet.envelopes.errors import (
    AlreadyClaimed,
    EnvelopeEmpty,
    EnvelopeExpired,
    NotForYou,
    WrongPassword,
)
from wallet.envelopes.locks import FreeShare, lock_free_shares, wait_for_a_share
from wallet.envelopes.memory import Own, is_known_to_be_empty, remember_empty
from wallet.envelopes.models import Envelope
from wallet.envelopes.selectors import Taken
from wallet.ledger.services import Item, refusal_of


@dataclass(frozen=True)
class Claim:
    """Somebody's wish for a share; `at` decides whether it came in time."""

    envelope: Envelope
    person_id: UUID
    at: datetime

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Return what there can be only one share for."""
        return self.envelope.id, self.person_id


class Contended:
    """Said of a claim that found only shares which others are just taking, and may yet fail to."""


CONTENDED = Contended()
Claimed = Taken | Refusal | Contended

OWN = """
    SELECT s.envelope_id, s.person_id, s.amount, s.at
    FROM unnest(%s::uuid[], %s::uuid[]) AS x (envelope_id, person_id)
    JOIN envelopes_share AS s USING (envelope_id, person_id)
"""
TAKE = """
    UPDATE envelopes_share AS s SET person_id = x.person_id, at = x.at
    FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::timestamptz[])
         AS x (envelope_id, position, person_id, at)
    WHERE s.envelope_id = x.envelope_id AND s.position = x.position
"""
# Once all are taken also who has which, because of those who come later.
LEFT = """
    SELECT envelope_id, count(*) FILTER (WHERE person_id IS NULL AND NOT returned),
           CASE WHEN count(person_id) = count(*) THEN array_agg(person_id) END,
           array_agg(amount), array_agg(at)
    FROM envelopes_share WHERE envelope_id = ANY (%s) GROUP BY envelope_id
"""


def check_claim(*, envelope: Envelope, person_id: UUID, password: str | None, at: datetime) -> None:
    """Refuse what can be refused without a lock, and count a wrong word outside any transaction.

    Raises AlreadyClaimed, NotForYou, EnvelopeExpired, EnvelopeEmpty, WrongPassword and RateLimited.
    """
    claim_ = Claim(envelope, person_id, at)
    if refusal := _find_own([claim_]).get(claim_.key) or _refuse_early(claim_):
        raise refusal
    if envelope.password_digest:
        words.refuse_when_guessing(envelope.id, person_id)
        if not words.is_right(envelope.id, envelope.password_digest, password):
            words.count_wrong_word(envelope.id, person_id)
            raise WrongPassword()


def claim(*, envelope: Envelope, person_id: UUID, at: datetime) -> Taken:
    """Take the next free share and credit it, once `check_claim` was passed; when all that are free
    are being taken, wait for what becomes of those.

    Raises AlreadyClaimed, EnvelopeEmpty and EnvelopeExpired.
    """
    wish = Claim(envelope, person_id, at)
    try:
        with transaction.atomic():
            (outcome,) = claim_each([wish])
            while isinstance(outcome, Contended):
                wait_for_a_share(envelope_id=envelope.id)
                (outcome,) = claim_each([wish])
    except IntegrityError:
        # `share_taken_once_per_person`: the same person, at the same moment, on another device.
        if refusal := _find_own([wish]).get(wish.key):
            raise refusal from None
        raise
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def is_hopeless(one: Claim) -> bool:
    """Tell whether the envelope is known to be empty, and the claim refused for nothing else; who
    has a share of it is not looked up, nor anything in the database.
    """
    return is_known_to_be_empty(one.envelope.id) and isinstance(_refuse_early(one), EnvelopeEmpty)


def claim_each(claims: Sequence[Claim]) -> list[Claimed]:
    """Take a share for each claim that there is one for, the first come first, and credit them, in
    the caller's transaction; return for each the share, why not, or CONTENDED.

    A word is not asked for. The number of statements does not depend on the number of claims. Where
    a person takes a second share elsewhere meanwhile, the database raises IntegrityError.
    """
    outcomes = _refuse(claims)
    open_claims = [place for place, outcome in enumerate(outcomes) if outcome is CONTENDED]
    for place, taken in _take(claims, open_claims).items():
        outcomes[place] = taken
    for place, refusal in _explain(claims, outcomes).items():
        outcomes[place] = refusal
    return outcomes


def _refuse(claims: Sequence[Claim]) -> list[Claimed]:
    own = _find_own(claims)
    return [own.get(one.key) or _refuse_early(one) or CONTENDED for one in claims]


def _find_own(claims: Sequence[Claim]) -> dict[tuple[UUID, UUID], AlreadyClaimed]:
    with connection.cursor() as cursor:
        cursor.execute(
            OWN, [column(one.envelope.id for one in claims), *columns(claims, "person_id")]
        )
        rows = cursor.fetchall()
    return {
        (envelope, person): AlreadyClaimed(amount=amount, at=at)
        for envelope, person, amount, at in rows
    }


def _refuse_early(one: Claim) -> Refusal | None:
    envelope = one.envelope
    if envelope.only is not None and one.person_id not in envelope.only:
        return NotForYou()
    if one.person_id == envelope.sender_id and not envelope.sender_may_claim:
        return NotForYou()
    if is_known_to_be_empty(envelope.id):
        return EnvelopeEmpty()
    if one.at >= envelope.expires_at:
        # Emptied stays emptied, also for a process that was not there to remember it.
        left = _count_left([envelope.id])[envelope.id]
        if left.takers is not None:
            remember_empty(envelope.id, left.takers)
            return EnvelopeEmpty()
        return EnvelopeExpired(expires_at=envelope.expires_at)
    return None


def _take(claims: Sequence[Claim], places: Sequence[int]) -> dict[int, Claimed]:
    """Give out shares and credit them; claims that found none are not in the answer."""
    if not places:
        return {}
    wanted = Counter(claims[place].envelope.id for place in places)
    free: dict[UUID, deque[FreeShare]] = defaultdict(deque)
    for share in lock_free_shares(wanted=wanted):
        free[share.envelope_id].append(share)
    given: list[tuple[int, FreeShare]] = []
    seen: set[tuple[UUID, UUID]] = set()
    for place in places:
        one = claims[place]
        # Of a person's two claims in one go the second waits for what becomes of the first.
        if one.key not in seen and free[one.envelope.id]:
            seen.add(one.key)
            given.append((place, free[one.envelope.id].popleft()))
    if not given:
        return {}
    return _credit(claims, given)


def _credit(claims: Sequence[Claim], given: Sequence[tuple[int, FreeShare]]) -> dict[int, Claimed]:
    outcomes = pay_each(_items(claims, given), at=max(claims[place].at for place, _ in given))
    decided: dict[int, Claimed] = {}
    taken: list[tuple[Claim, FreeShare]] = []
    for (place, share), outcome in zip(given, outcomes, strict=True):
        one = claims[place]
        if outcome.is_created:
            taken.append((one, share))
            decided[place] = Taken(
                one.envelope.id, share.position, one.person_id, share.amount, one.at
            )
        else:
            decided[place] = refusal_of(outcome)
    if taken:
        with connection.cursor() as cursor:
            cursor.execute(
                TAKE,
                [
                    *columns([share for _, share in taken], "envelope_id", "position"),
                    *columns([one for one, _ in taken], "person_id", "at"),
                ],
            )  # fmt: skip
        record_card_changes("envelope", {one.envelope.id for one, _ in taken})
    return decided


def _items(claims: Sequence[Claim], given: Sequence[tuple[int, FreeShare]]) -> list[Item]:
    claimants = ((claims[place].envelope.currency, claims[place].person_id) for place, _ in given)
    accounts = accounts_by_currency(claimants, at=claims[given[0][0]].at)
    items = []
    for place, share in given:
        envelope = claims[place].envelope
        items.append(
            Item(
                id=uuid7(), code="envelope.claim", debit=envelope.escrow_id,
                credit=accounts[envelope.currency][claims[place].person_id], amount=share.amount,
                currency=envelope.currency, ref=envelope.id, note=envelope.greeting,
            )
        )  # fmt: skip
    return items


def _explain(claims: Sequence[Claim], outcomes: Sequence[Claimed]) -> dict[int, Refusal]:
    """Tell those who found no share why; who is not in the answer may yet get one, or has one from
    this very go.
    """
    winners = {(one.envelope_id, one.person_id) for one in outcomes if isinstance(one, Taken)}
    left_over = [
        place
        for place, outcome in enumerate(outcomes)
        if outcome is CONTENDED and claims[place].key not in winners
    ]
    if not left_over:
        return {}
    left = _count_left({claims[place].envelope.id for place in left_over})
    refusals: dict[int, Refusal] = {}
    for place in left_over:
        envelope = claims[place].envelope
        of_this = left[envelope.id]
        if of_this.takers is not None:
            # Remembered once it is true for everybody.
            run_after_commit(partial(remember_empty, envelope.id, of_this.takers))
            refusals[place] = EnvelopeEmpty()
        elif not of_this.free:
            # Not by the clock: the sweeper's may be ahead of the one that this claim came in by.
            refusals[place] = EnvelopeExpired(expires_at=envelope.expires_at)
    return refusals


class _Left(NamedTuple):
    """How many shares of an envelope are free, and who has them once all are taken."""

    free: int
    takers: Mapping[UUID, Own] | None


def _count_left(envelope_ids: set[UUID] | list[UUID]) -> dict[UUID, _Left]:
    with connection.cursor() as cursor:
        cursor.execute(LEFT, [list(envelope_ids)])
        rows = cursor.fetchall()
    return {
        envelope_id: _Left(free, _by_person(*shares) if shares[0] is not None else None)
        for envelope_id, free, *shares in rows
    }


def _by_person(
    people: Sequence[UUID], amounts: Sequence[int], moments: Sequence[datetime]
) -> dict[UUID, Own]:
    return dict(zip(people, map(Own, amounts, moments), strict=True))
