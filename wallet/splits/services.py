"""Splitting a bill, refusing to pay and reminding; paying is in paying.py."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from commands.arrays import column, columns
from commands.errors import RateLimited
from graph.people.selectors import require_people
from outbox.notices.services import Tell, notify_all
from wallet.card_events import record_card_change
from wallet.rounds import go_through
from wallet.splits.errors import SplitClosed, SplitNotFound
from wallet.splits.locks import lock_own_shares, lock_share, lock_unpaid_shares
from wallet.splits.models import Share, ShareStatus, Split
from wallet.splits.paying import why_not_open
from wallet.splits.selectors import Bill, get_bill

# Arrays instead of rows: a bill may have hundreds of shares.
WRITE = """
    INSERT INTO splits_share (
        split_id, person_id, position, amount, closed, reminders, status
    )
    SELECT %s, * FROM unnest(
        %s::uuid[], %s::smallint[], %s::bigint[], %s::boolean[], %s::boolean[], %s::text[])
"""


def create(
    *,
    room_id: UUID,
    initiator_id: UUID,
    currency: str,
    note: str,
    parts: Mapping[UUID, int],
    at: datetime,
) -> Bill:
    """Ask people to pay their parts (minor units, in the order of the mapping) of a bill one has
    paid.

    The initiator's own part needs no payment, and neither does one of 0. Raises PersonNotFound.
    """
    require_people(person_ids=parts)
    split = Split(
        id=uuid7(), room_id=room_id, initiator_id=initiator_id, amount=sum(parts.values()),
        currency=currency, note=note, at=at,
        remind_at=at + timedelta(hours=settings.SPLIT_REMINDER_HOURS),
    )  # fmt: skip
    shares = [
        Share(
            split_id=split.id, person_id=person_id, position=position, amount=amount,
            status=_first_status(person_id, initiator_id, amount),
        )
        for position, (person_id, amount) in enumerate(parts.items())
    ]  # fmt: skip
    with transaction.atomic():
        split.save(force_insert=True)
        _write(split.id, shares)
    return Bill(split, shares)


def _write(split_id: UUID, shares: Sequence[Share]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                split_id,
                *columns(shares, "person_id", "position", "amount", "closed", "reminders"),
                column(str(share.status) for share in shares),
            ],
        )  # fmt: skip


def _first_status(person_id: UUID, initiator_id: UUID, amount: int) -> ShareStatus:
    if person_id == initiator_id:
        return ShareStatus.OWN
    return ShareStatus.UNPAID if amount else ShareStatus.PAID


def decline(*, split_id: UUID, person_id: UUID, at: datetime) -> Bill:
    """Refuse to pay one's share, for good; the initiator bears it.

    Raises SplitNotFound, AlreadyPaid and SplitClosed.
    """
    with transaction.atomic():
        shares = lock_own_shares(keys=[(split_id, person_id)])
        if refusal := why_not_open(shares.get((split_id, person_id))):
            raise refusal
        Share.objects.filter(split_id=split_id, person_id=person_id).update(
            status=ShareStatus.DECLINED, at=at
        )
        record_card_change("split", split_id)
    return get_bill(split_id=split_id)


def cancel(*, split_id: UUID, person_id: UUID, at: datetime) -> Bill:
    """Stop asking; what was paid stays. Raises SplitNotFound (also for others) and SplitClosed."""
    with transaction.atomic():
        bill = _of_initiator(split_id, person_id)
        shares = lock_unpaid_shares(split_id=split_id)
        if bill.split.cancelled_at or not shares:
            raise SplitClosed(status=bill.status)
        Share.objects.filter(split_id=split_id, status=ShareStatus.UNPAID).update(closed=True)
        Split.objects.filter(id=split_id).update(cancelled_at=at, remind_at=None)
        record_card_change("split", split_id)
    return get_bill(split_id=split_id)


def remind(*, split_id: UUID, person_id: UUID, at: datetime) -> Bill:
    """Remind those who have not paid and did not stop reminders, each at most once an hour.

    Raises SplitNotFound, SplitClosed, and RateLimited when all of them were reminded just now.
    """
    bill = _of_initiator(split_id, person_id)
    if bill.status != "open":
        raise SplitClosed(status=bill.status)
    with transaction.atomic():
        shares = lock_unpaid_shares(split_id=split_id)
        if not _remind(bill.split, shares, at) and shares:
            wait = min(_next_reminder(share) for share in shares) - at
            raise RateLimited(retry_after_ms=ceil(wait / timedelta(milliseconds=1)))
    return bill


def stop_reminders(*, split_id: UUID, person_id: UUID) -> Bill:
    """Hear no more of this split. Raises SplitNotFound."""
    with transaction.atomic():
        lock_share(split_id=split_id, person_id=person_id)
        Share.objects.filter(split_id=split_id, person_id=person_id).update(reminders=False)
    return get_bill(split_id=split_id)


def _of_initiator(split_id: UUID, person_id: UUID) -> Bill:
    bill = get_bill(split_id=split_id)
    if bill.split.initiator_id != person_id:
        raise SplitNotFound()
    return bill


def _next_reminder(share: Share) -> datetime:
    pause = timedelta(minutes=settings.SPLIT_REMINDER_PAUSE_MINUTES)
    return share.reminded_at + pause if share.reminded_at else datetime.min.replace(tzinfo=UTC)


def _remind(split: Split, shares: Sequence[Share], at: datetime) -> bool:
    """Remind of those shares that were not just reminded of; tell whether there was one."""
    ready = [share for share in shares if _next_reminder(share) <= at]
    # Also of shares whose people stopped reminders, so that who asks does not learn who did.
    Share.objects.filter(
        split_id=split.id, person_id__in=[share.person_id for share in ready]
    ).update(reminded_at=at)
    notify_all(
        (
            Tell(
                share.person_id, "reminder", about=split.initiator_id, ref=split.id,
                text=split.note,
            )
            for share in ready
            if share.reminders
        ),
        at=at,
    )  # fmt: skip
    return bool(ready)


def remind_due(*, at: datetime) -> int:
    """Remind, once, of splits that were made a day ago; return how many splits there were."""
    due = Split.objects.filter(remind_at__lte=at).order_by("remind_at")
    return go_through(due, lambda split_id: _remind_once(split_id, at))


def _remind_once(split_id: UUID, at: datetime) -> bool:
    # Whoever clears the mark reminds, so that two workers do not both.
    if not Split.objects.filter(id=split_id, remind_at__lte=at).update(remind_at=None):
        return False
    bill = get_bill(split_id=split_id)
    if bill.status != "open":
        return False
    return _remind(bill.split, lock_unpaid_shares(split_id=split_id), at)
