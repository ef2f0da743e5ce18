"""Offering money to somebody, accepting it and giving it back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from commands.arrays import columns
from commands.errors import Refusal
from commands.keys import NewKey
from graph.people.errors import PersonNotFound
from outbox.notices.services import Tell, notify, notify_all
from wallet.accounts.services import accounts_by_currency, pay_each
from wallet.card_events import record_card_change, record_card_changes
from wallet.ledger.errors import NotPending, SameAccount
from wallet.ledger.services import Item, post, refusal_of
from wallet.rounds import go_through
from wallet.screening.errors import UnderReview
from wallet.screening.holding import hold_payments, run_out
from wallet.screening.judges import Early
from wallet.screening.payments import Finding, Payment
from wallet.screening.rules.shadow import INSERT_EVENT, has_shadow, write_event
from wallet.screening.selectors import find_known
from wallet.screening.services import Screened, keep_decisions, screen
from wallet.transfers.errors import TransferNotFound
from wallet.transfers.locks import lock_transfer, lock_transfers
from wallet.transfers.models import Status, Transfer

COMMAND = "transfer.send"


@dataclass(frozen=True)
class Offer:
    """Money that somebody offers to somebody; the amount in minor units."""

    sender_id: UUID
    receiver_id: UUID
    amount: int
    currency: str
    note: str = ""
    room_id: UUID | None = None
    # What the sender is signed in by.
    device_id: UUID | None = None


# Arrays instead of rows: a rush brings many at once. See also Note [Shadow].
WRITE = f"""
    WITH told AS ({INSERT_EVENT})
    INSERT INTO transfers_transfer (
        status, id, sender_id, receiver_id, amount, currency, note, room_id, under_review, gated,
        hold_id, at, expires_at
    )
    SELECT 'pending', * FROM unnest(
        %s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::uuid[],
        %s::boolean[], %s::boolean[], %s::uuid[], %s::timestamptz[], %s::timestamptz[])
"""  # noqa: S608 (our own text, put together once)


def send(offer: Offer, *, at: datetime, early: Early | None = None) -> Transfer:
    """Hold the amount on the sender's account until the receiver answers; `early` is what was asked
    about it before, and brings its id.

    Raises SameAccount, PersonNotFound and InsufficientFunds, PinRequired and Denied, and Busy
    where that was too long ago.
    """
    with transaction.atomic():
        (sent,) = send_each([(offer, at)], early=early)
        if isinstance(sent, Refusal):
            raise sent
    return sent


def send_each(
    offers: Sequence[tuple[Offer, datetime]],
    *,
    keep: Callable[[int, Transfer], NewKey] | None = None,
    early: Early | None = None,
) -> list[Transfer | Refusal]:
    """Hold the amount of each offer, made at its moment, in the caller's transaction; return for
    each its transfer, or why there is none. `keep(place, transfer)` is what is kept of it as the
    caller's answer. `early` belongs to the one offer that it was asked about.

    The number of statements does not depend on the number of offers.
    """
    if early:
        early.check()
    known, mark = find_known(person_ids={offer.receiver_id for offer, _ in offers})
    sent: list[Transfer | Refusal] = []
    made: dict[int, Transfer] = {}
    for place, (offer, at) in enumerate(offers):
        if offer.sender_id == offer.receiver_id:
            sent.append(SameAccount())
        elif offer.receiver_id not in known:
            sent.append(PersonNotFound())
        else:
            made[place] = _make(offer, at, early)
            sent.append(made[place])
    payments = [
        payment_of(transfer=one, device_id=offers[place][0].device_id)
        for place, one in made.items()
    ]
    judged = screen(payments, mark=mark, prior=_prior(early))
    going: list[Transfer] = []
    keys: list[NewKey] = []
    for (place, one), screened in zip(made.items(), judged, strict=True):
        if screened.refusal:
            sent[place] = screened.refusal
            continue
        one.under_review = screened.is_held
        going.append(one)
        if keep:
            keys.append(keep(place, one))
    tried = {one.id: one for one in payments} if has_shadow(mark=mark) else {}
    refusals = _hold(going, keys, tried)
    _keep_judgements([one for one in judged if one.payment.id not in refusals], going)
    return [
        refusals.get(one.id, one) if isinstance(one, Transfer) else one for one in sent
    ]  # fmt: skip


def payment_of(*, transfer: Transfer, device_id: UUID | None) -> Payment:
    """Return a transfer as its judges see it."""
    return Payment(
        id=transfer.id, command=COMMAND, payer_id=transfer.sender_id,
        payee_id=transfer.receiver_id, amount=transfer.amount, currency=transfer.currency,
        at=transfer.at, device_id=device_id,
    )  # fmt: skip


def _prior(early: Early | None) -> dict[UUID, list[Finding]] | None:
    return {early.payment.id: early.findings} if early and early.asked else None


def _keep_judgements(judged: Sequence[Screened], going: Sequence[Transfer]) -> None:
    """Keep what was decided, and have those wait that are held; the others' notices are written."""
    keep_decisions(judged)
    times = {one.id: one for one in going}
    held = [(one, times[one.payment.id].expires_at) for one in judged if one.is_held]
    if held:
        hold_payments(held, at=max(one.payment.at for one, _ in held))


def _make(offer: Offer, at: datetime, early: Early | None) -> Transfer:
    return Transfer(
        id=early.payment.id if early else uuid7(), sender_id=offer.sender_id,
        receiver_id=offer.receiver_id, amount=offer.amount, currency=offer.currency,
        note=offer.note, room_id=offer.room_id, gated=bool(early and early.intends),
        hold_id=uuid7(), at=at,
        expires_at=at + timedelta(hours=settings.TRANSFER_HOURS),
    )  # fmt: skip


def _hold(
    transfers: Sequence[Transfer], keys: Sequence[NewKey], tried: Mapping[UUID, Payment]
) -> dict[UUID, Refusal]:
    """Post the holds and write what they are for, and have those that are `tried` judged
    afterwards; return the refusals, by transfer.
    """
    if not transfers:
        return {}
    at = max(transfer.at for transfer in transfers)
    sides = ((one.currency, side) for one in transfers for side in (one.sender_id, one.receiver_id))
    accounts = accounts_by_currency(sides, at=at)
    items = [_item(one, accounts[one.currency]) for one in transfers]
    outcomes = pay_each(items, at=at, keys=keys)
    held, refusals = [], {}
    for transfer, outcome in zip(transfers, outcomes, strict=True):
        if outcome.is_created:
            held.append(transfer)
        else:
            refusals[transfer.id] = refusal_of(outcome)
    if held:
        _write(held, [tried[one.id] for one in held if one.id in tried])
        notify_all(
            (
                Tell(one.receiver_id, "money.in", about=one.sender_id, ref=one.id, text=one.note)
                for one in held
                if not one.under_review
            ),
            at=at,
        )
    return refusals


def _item(transfer: Transfer, accounts: dict[UUID, UUID]) -> Item:
    return Item(
        id=transfer.hold_id, code="transfer", action="pending",
        debit=accounts[transfer.sender_id], credit=accounts[transfer.receiver_id],
        amount=transfer.amount, currency=transfer.currency, expires_at=transfer.expires_at,
        ref=transfer.id, note=transfer.note,
    )  # fmt: skip


def _write(transfers: Sequence[Transfer], tried: Sequence[Payment]) -> None:
    names = (
        "id", "sender_id", "receiver_id", "amount", "currency", "note", "room_id", "under_review",
        "gated", "hold_id", "at", "expires_at",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [*write_event(tried), *columns(transfers, *names)])


@dataclass(frozen=True)
class Acceptance:
    """Somebody's wish to take what was offered to them."""

    transfer_id: UUID
    person_id: UUID
    at: datetime


CLOSE = """
    UPDATE transfers_transfer AS t SET status = 'accepted', closed_at = x.at
    FROM unnest(%s::uuid[], %s::timestamptz[]) AS x (id, at) WHERE t.id = x.id
"""


def accept(*, transfer_id: UUID, person_id: UUID, at: datetime) -> Transfer:
    """Take the money. Raises TransferNotFound (also for anybody but the receiver),
    NotPending and UnderReview.
    """
    with transaction.atomic():
        (taken,) = accept_each([Acceptance(transfer_id, person_id, at)])
        if isinstance(taken, Refusal):
            raise taken
    return taken


def accept_each(
    wishes: Sequence[Acceptance], *, keep: Callable[[int, Transfer], NewKey] | None = None
) -> list[Transfer | Refusal]:
    """Take the money of each in the caller's transaction; return for each the transfer, or why it
    could not be taken. `keep(place, transfer)` is what is kept of it as the caller's answer.

    The number of statements does not depend on the number of transfers.
    """
    rows = lock_transfers(transfer_ids=[one.transfer_id for one in wishes])
    decided: list[Transfer | Refusal] = []
    going: list[tuple[Transfer, datetime]] = []
    keys: list[NewKey] = []
    for place, one in enumerate(wishes):
        transfer = rows.get(one.transfer_id)
        refusal = _why_not(transfer, one.person_id, one.at)
        if refusal is None:
            assert transfer is not None
            going.append((transfer, one.at))
            # A second wish for the same in one go finds it taken.
            transfer.status, transfer.closed_at = Status.ACCEPTED, one.at
            decided.append(transfer)
            if keep:
                keys.append(keep(place, transfer))
        else:
            decided.append(refusal)
    refusals = _take(going, keys)
    # A second wish for what the first could not have comes to nothing for the same reason.
    return [
        refusals.get(wish.transfer_id, one) if wish.person_id == _receiver(rows, wish) else one
        for wish, one in zip(wishes, decided, strict=True)
    ]


def _receiver(rows: Mapping[UUID, Transfer], wish: Acceptance) -> UUID | None:
    transfer = rows.get(wish.transfer_id)
    return transfer.receiver_id if transfer else None


def _take(
    going: Sequence[tuple[Transfer, datetime]], keys: Sequence[NewKey]
) -> dict[UUID, Refusal]:
    """Post what was held and close the transfers; return the refusals, by transfer."""
    if not going:
        return {}
    items = [
        Item(
            id=uuid7(), code="transfer", action="post", pending=transfer.hold_id,
            currency=transfer.currency, ref=transfer.id, note=transfer.note,
        )
        for transfer, _ in going
    ]  # fmt: skip
    # The earliest moment: each came in time by its own, and a later one is another's.
    outcomes = pay_each(items, at=min(at for _, at in going), keys=keys)
    refusals = {}
    taken: list[Transfer] = []
    for (transfer, _), outcome in zip(going, outcomes, strict=True):
        if outcome.is_created:
            taken.append(transfer)
        else:
            refusals[transfer.id] = refusal_of(outcome)
    if taken:
        with connection.cursor() as cursor:
            cursor.execute(CLOSE, columns(taken, "id", "closed_at"))
        record_card_changes("transfer", [one.id for one in taken if one.room_id is not None])
    return refusals


def _why_not(transfer: Transfer | None, person_id: UUID, at: datetime) -> Refusal | None:
    if transfer is None or transfer.receiver_id != person_id:
        return TransferNotFound()
    if transfer.status_at(at) != Status.PENDING:
        return NotPending(status=transfer.status_at(at))
    if transfer.under_review:
        return UnderReview()
    return None


def give_back(*, transfer_id: UUID, person_id: UUID, at: datetime) -> Transfer:
    """Refuse the money: the hold ends. Raises TransferNotFound, NotPending and UnderReview."""
    with transaction.atomic():
        transfer = _lock_for_receiver(transfer_id, person_id, at)
        void(transfer=transfer, at=at)
        close(transfer=transfer, status=Status.RETURNED, at=at)
    return transfer


def _lock_for_receiver(transfer_id: UUID, person_id: UUID, at: datetime) -> Transfer:
    transfer = lock_transfer(transfer_id=transfer_id)
    if refusal := _why_not(transfer, person_id, at):
        raise refusal
    return transfer


def void(*, transfer: Transfer, at: datetime) -> None:
    """End the hold of a locked transfer."""
    item = Item(
        id=uuid7(), code="transfer", action="void", pending=transfer.hold_id,
        currency=transfer.currency, ref=transfer.id,
    )  # fmt: skip
    post(item, at=at)


def close(*, transfer: Transfer, status: Status, at: datetime) -> None:
    """Note how a locked transfer has ended."""
    transfer.status = status
    transfer.closed_at = at
    transfer.under_review = False
    transfer.save(update_fields=["status", "closed_at", "under_review"])
    record_card_change("transfer", transfer.id)


def expire(*, at: datetime) -> int:
    """End the holds of transfers that nobody answered in time, and tell both sides; return how
    many.
    """
    due = Transfer.objects.filter(status=Status.PENDING, expires_at__lte=at)
    return go_through(due.order_by("expires_at"), lambda transfer_id: _expire_one(transfer_id, at))


def _expire_one(transfer_id: UUID, at: datetime) -> bool:
    transfer = lock_transfer(transfer_id=transfer_id)
    if transfer.status != Status.PENDING:
        return False
    if transfer.under_review:
        run_out(payment_id=transfer.id, at=at)
    void(transfer=transfer, at=at)
    close(transfer=transfer, status=Status.EXPIRED, at=at)
    sides = (transfer.sender_id, transfer.receiver_id)
    notify(
        *(Tell(side, "card.expired", about=other, ref=transfer.id)
          for side, other in (sides, sides[::-1])),
        at=at,
    )  # fmt: skip
    return True
