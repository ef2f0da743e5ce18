"""How far one might stand behind a friend: a proposal that explains itself, never set by itself.

Note [Proposals]
The proposal is the sum of the amounts in `because`, exactly. Each draws on one thing that both of
the two have seen happen, and only on what the asker has consented to; mutual friends are counted
only where the other has consented too, because they tell whom the other knows. Everything is whole
yuan, rounded down. In fen:

    repaid_to_you   half of the principal that they have repaid to you            at most 300,000
    repaid_by_you   a tenth of the principal that you have repaid to them         at most 100,000
    years           10,000 for each whole year that you are friends               at most  50,000
    transfers       a tenth of what went both ways in the last 365 days: of the
                    smaller of what you sent and what they sent                   at most  50,000
    mutual          1,000 for each friend that you share                          at most  20,000
    was_late        halves it, where a loan of theirs from you was ever overdue   less than nothing
    is_late         takes all of it, while one is overdue or in default           less than nothing

What was forgiven was not repaid. The same facts always give the same proposal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from graph.friends.selectors import friend_ids, friends_since, require_friends
from graph.people.selectors import get_present_person
from graph.trust.models import Consent
from graph.trust.selectors import find_consent
from wallet.lending.models import Loan, Status
from wallet.transfers.models import Status as TransferStatus
from wallet.transfers.models import Transfer

YUAN = 100
TRANSFER_DAYS = 365


@dataclass(frozen=True)
class Facts:
    """What a proposal draws on, None where the asker has not consented; amounts in minor units."""

    repaid_to_you: int | None = None
    repaid_by_you: int | None = None
    was_late: bool = False
    is_late: bool = False
    years: int | None = None
    sent: int | None = None
    got: int | None = None
    mutual: int | None = None


@dataclass(frozen=True)
class Reason:
    """One part of a proposal: what it rests on, and what that adds (minor units)."""

    reason: str
    value: int
    amount: int


@dataclass(frozen=True)
class Proposal:
    """How far one might stand behind somebody, and why; nobody has set that."""

    amount: int
    because: list[Reason]
    consent: Consent | None


def compute(facts: Facts) -> list[Reason]:
    """Return the parts of a proposal, without those that add nothing. See Note [Proposals]."""
    reasons = [reason for reason in _gains(facts) if reason.amount]
    gained = sum(reason.amount for reason in reasons)
    if facts.is_late:
        reasons.append(Reason("is_late", 1, -gained))
    elif facts.was_late:
        reasons.append(Reason("was_late", 1, _whole_yuan(gained // 2) - gained))
    return reasons


def _gains(facts: Facts) -> Iterator[Reason]:
    if facts.repaid_to_you is not None:
        yield _gain("repaid_to_you", facts.repaid_to_you, facts.repaid_to_you // 2, 300_000)
    if facts.repaid_by_you is not None:
        yield _gain("repaid_by_you", facts.repaid_by_you, facts.repaid_by_you // 10, 100_000)
    if facts.years is not None:
        yield _gain("years", facts.years, 10_000 * facts.years, 50_000)
    if facts.sent is not None and facts.got is not None:
        both = min(facts.sent, facts.got)
        yield _gain("transfers", both, both // 10, 50_000)
    if facts.mutual is not None:
        yield _gain("mutual", facts.mutual, 1_000 * facts.mutual, 20_000)


def _gain(reason: str, value: int, amount: int, most: int) -> Reason:
    return Reason(reason, value, _whole_yuan(min(amount, most)))


def _whole_yuan(amount: int) -> int:
    return amount // YUAN * YUAN


def propose(*, person_id: UUID, other: UUID, at: datetime) -> Proposal:
    """Propose how far a person might stand behind a friend. Raises PersonNotFound and
    NotFriends.
    """
    get_present_person(person_id=other)
    require_friends(person_id=person_id, others=[other])
    consent = find_consent(person_id=person_id)
    reasons = compute(_find_facts(person_id, other, consent, at)) if consent else []
    return Proposal(sum(reason.amount for reason in reasons), reasons, consent)


def _find_facts(person_id: UUID, other: UUID, consent: Consent, at: datetime) -> Facts:
    facts = Facts()
    if consent.loans:
        lent = list(Loan.objects.filter(lender_id=person_id, borrower_id=other))
        borrowed = Loan.objects.filter(lender_id=other, borrower_id=person_id)
        facts = replace(
            facts,
            repaid_to_you=sum(_principal_repaid(loan) for loan in lent),
            repaid_by_you=sum(_principal_repaid(loan) for loan in borrowed),
            was_late=any(loan.reminded_on for loan in lent),
            is_late=any(loan.status_at(at) in Loan.LATE for loan in lent),
        )
    if consent.friendship:
        since = friends_since(pairs={(person_id, other)}).get((person_id, other))
        facts = replace(facts, years=_whole_years(since, at) if since else 0)
    if consent.transfers:
        done = Transfer.objects.filter(
            status=TransferStatus.ACCEPTED, currency="CNY", at__gt=at - timedelta(TRANSFER_DAYS)
        )
        sent = _sum(done.filter(sender_id=person_id, receiver_id=other))
        got = _sum(done.filter(sender_id=other, receiver_id=person_id))
        facts = replace(facts, sent=sent, got=got)
    theirs = find_consent(person_id=other) if consent.mutual else None
    if theirs and theirs.mutual:
        shared = friend_ids(person_id=person_id) & friend_ids(person_id=other)
        facts = replace(facts, mutual=len(shared))
    return facts


def _principal_repaid(loan: Loan) -> int:
    # Of a forgiven loan nobody knows how much was repaid but its statement, and it says little.
    if loan.granted_on is None or loan.status == Status.FORGIVEN:
        return 0
    return loan.amount - loan.principal


def _whole_years(since: datetime, at: datetime) -> int:
    years = at.year - since.year
    return years - ((at.month, at.day) < (since.month, since.day))


def _sum(rows: "QuerySet[Transfer]") -> int:
    total: int | None = rows.aggregate(total=Sum(F("amount")))["total"]
    return total or 0
