"""Paying shares of bills: payments that arrive together go down together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from commands.arrays import columns
from commands.errors import Refusal
from commands.registry import ALONE, Alone
from outbox.notices.services import Tell, notify_all
from wallet.accounts.services import accounts_by_currency, pay_each
from wallet.card_events import record_card_changes
from wallet.ledger.services import Item, refusal_of
from wallet.screening import payments as screening
from wallet.screening.judges import Early, needs_early, require_asked
from wallet.screening.payments import Finding
from wallet.screening.services import Screened, keep_decisions, screen
from wallet.splits.errors import AlreadyPaid, SplitClosed, SplitNotFound
from wallet.splits.locks import OwnShare, lock_own_shares
from wallet.splits.models import ShareStatus
from wallet.splits.selectors import Bill, get_bill, list_bills

COMMAND = "split.pay"
MARK = """
    UPDATE splits_share AS s SET status = 'paid', at = x.at
    FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS x (split_id, person_id, at)
    WHERE s.split_id = x.split_id AND s.person_id = x.person_id
"""


@dataclass(frozen=True)
class Payment:
    """Somebody's wish to pay their share of a bill."""

    split_id: UUID
    person_id: UUID
    at: datetime
    # What the payer is signed in by, and what was asked about this payment before.
    device_id: UUID | None = None
    early: Early | None = None

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Return what there is one share for."""
        return self.split_id, self.person_id


def pay_share(payment: Payment) -> Bill:
    """Pay one's share to the initiator, with one transfer.

    Raises SplitNotFound, AlreadyPaid, SplitClosed, InsufficientFunds, PinRequired and Denied, and
    AskFirst where early judges have to be asked and were not.
    """
    with transaction.atomic():
        (refusal,) = pay_each_share([payment], is_alone=True)
        if isinstance(refusal, Refusal):
            raise refusal
    return get_bill(split_id=payment.split_id)


def pay_shares(payments: Sequence[Payment]) -> list[Bill | Refusal | Alone]:
    """Pay many shares in the caller's transaction; return for each its bill as it is then, why it
    was not paid, or ALONE where an early judge has to be asked.

    The number of statements does not depend on the number of payments.
    """
    refusals = pay_each_share(payments)
    paid = {
        one.split_id for one, refusal in zip(payments, refusals, strict=True) if refusal is None
    }
    bills = list_bills(split_ids=paid)
    return [refusal or bills[one.split_id] for one, refusal in zip(payments, refusals, strict=True)]


def pay_each_share(
    payments: Sequence[Payment], *, is_alone: bool = False
) -> list[Refusal | Alone | None]:
    """Pay shares in the caller's transaction; return for each why it was not paid, None where it
    was. Unless the one payment `is_alone`, those that an early judge has to be asked about are not
    paid, but to come alone.
    """
    shares = lock_own_shares(keys={one.key for one in payments})
    refusals: list[Refusal | Alone | None] = []
    going: list[tuple[int, OwnShare]] = []
    for place, one in enumerate(payments):
        share = shares.get(one.key)
        refusal: Refusal | Alone | None = why_not_open(share)
        if refusal is None and not is_alone and share and _concerns_early(share):
            refusal = ALONE
        if refusal is None:
            # A second payment of the same share in one go finds it paid.
            share = shares[one.key]
            shares[one.key] = share._replace(status=ShareStatus.PAID)
            going.append((place, share))
        refusals.append(refusal)
    for place, refused in _post(payments, going).items():
        # Unless the first came to nothing: then so does the second, for the same reason.
        for later in range(place, len(payments)):
            if payments[later].key == payments[place].key:
                refusals[later] = refused
    return refusals


def _concerns_early(share: OwnShare) -> bool:
    return needs_early(command=COMMAND, amount=share.amount, currency=share.currency)


def why_not_open(share: OwnShare | None) -> Refusal | None:
    """Return why nothing can be paid or declined of a share; None where it can."""
    if share is None:
        return SplitNotFound()
    if share.status == ShareStatus.PAID:
        return AlreadyPaid(status=share.status)
    if share.closed or share.status != ShareStatus.UNPAID:
        return SplitClosed(status="cancelled" if share.closed else share.status)
    return None


def _post(payments: Sequence[Payment], going: Sequence[tuple[int, OwnShare]]) -> dict[int, Refusal]:
    """Have the payments judged, post them and mark the shares; return the refusals, by place."""
    if not going:
        return {}
    judged = _screen(payments, going)
    refusals = {place: one.refusal for place, one in judged.items() if one.refusal}
    allowed = [(place, share) for place, share in going if place not in refusals]
    made = {place: one.payment for place, one in judged.items()}
    refused = _post_allowed(payments, allowed, made)
    keep_decisions([one for place, one in judged.items() if place not in refused])
    return refusals | refused


def _screen(
    payments: Sequence[Payment], going: Sequence[tuple[int, OwnShare]]
) -> dict[int, Screened]:
    """Return what is decided of the payments, by place. A share cannot be held."""
    asked: list[screening.Payment] = []
    prior: dict[UUID, list[Finding]] = {}
    for place, share in going:
        wish = payments[place]
        payment = screening.Payment(
            id=share.split_id, command=COMMAND, payer_id=share.person_id,
            payee_id=share.initiator_id, amount=share.amount, currency=share.currency,
            at=wish.at, device_id=wish.device_id, posted_as=uuid7(),
        )  # fmt: skip
        if wish.early:
            payment = wish.early.fit(payment)
            prior[payment.id] = wish.early.findings
        asked.append(payment)
    judged = screen(asked, mark=going[0][1].mark, prior=prior, may_hold=False)
    return {place: one for (place, _), one in zip(going, judged, strict=True)}


def _post_allowed(
    payments: Sequence[Payment],
    going: Sequence[tuple[int, OwnShare]],
    made: Mapping[int, screening.Payment],
) -> dict[int, Refusal]:
    if not going:
        return {}
    at = max(payments[place].at for place, _ in going)
    sides = (
        (share.currency, side)
        for _, share in going
        for side in (share.person_id, share.initiator_id)
    )
    accounts = accounts_by_currency(sides, at=at)
    items = [
        _item(made[place].posting_id, share, accounts[share.currency]) for place, share in going
    ]
    outcomes = pay_each(items, at=at)
    refusals = {}
    paid: list[Payment] = []
    told: list[Tell] = []
    for (place, share), outcome in zip(going, outcomes, strict=True):
        if not outcome.is_created:
            refusals[place] = refusal_of(outcome)
            continue
        paid.append(payments[place])
        told.append(
            Tell(
                share.initiator_id, "money.in", about=share.person_id, ref=share.split_id,
                text=share.note,
            )
        )  # fmt: skip
    _mark(paid)
    notify_all(told, at=at)
    for place, _ in going:
        if place not in refusals:
            require_asked(made[place], payments[place].early)
    return refusals


def _item(posting_id: UUID, share: OwnShare, accounts: dict[UUID, UUID]) -> Item:
    return Item(
        id=posting_id, code=COMMAND, debit=accounts[share.person_id],
        credit=accounts[share.initiator_id], amount=share.amount, currency=share.currency,
        ref=share.split_id, note=share.note,
    )  # fmt: skip


def _mark(paid: Sequence[Payment]) -> None:
    if not paid:
        return
    with connection.cursor() as cursor:
        cursor.execute(MARK, columns(paid, "split_id", "person_id", "at"))
    record_card_changes("split", {one.split_id for one in paid})
