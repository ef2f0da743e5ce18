"""Reading splits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from wallet.splits.errors import SplitNotFound
from wallet.splits.models import Share, ShareStatus, Split

LISTED_AT_MOST = 200


@dataclass
class Bill:
    """A split with its shares, in the order in which they were named."""

    split: Split
    shares: list[Share]

    @property
    def status(self) -> str:
        """Return open, settled or cancelled."""
        if all(share.status != ShareStatus.UNPAID for share in self.shares):
            return "settled"
        return "cancelled" if self.split.cancelled_at else "open"


def get_bill(*, split_id: UUID) -> Bill:
    """Return the split with its shares. Raises SplitNotFound."""
    bill = list_bills(split_ids=[split_id]).get(split_id)
    if bill is None:
        raise SplitNotFound()
    return bill


def list_bills(*, split_ids: Iterable[UUID]) -> dict[UUID, Bill]:
    """Return those of the splits that there are, with their shares, by id."""
    wanted = list(split_ids)
    if not wanted:
        return {}
    return {bill.split.id: bill for bill in _with_shares(Split.objects.filter(id__in=wanted))}


def _with_shares(splits: Iterable[Split]) -> list[Bill]:
    bills = {split.id: Bill(split, []) for split in splits}
    for share in Share.objects.filter(split_id__in=list(bills)).order_by("position"):
        bills[share.split_id].shares.append(share)
    return list(bills.values())


def list_open(*, person_id: UUID) -> list[Bill]:
    """Return the 200 newest bills that wait for the person's share, or for those of others on a
    bill of theirs.
    """
    unpaid = Share.objects.filter(split_id=OuterRef("id"), status=ShareStatus.UNPAID)
    rows = Split.objects.filter(
        Q(initiator_id=person_id) & Exists(unpaid) | Exists(unpaid.filter(person_id=person_id)),
        cancelled_at=None,
    )
    return _with_shares(rows.order_by("-id")[:LISTED_AT_MOST])


def access_share(*, split_id: UUID, person_id: UUID) -> Share:
    """Return the person's share of a bill, with its split. Raises SplitNotFound."""
    share = Share.objects.filter(split_id=split_id, person_id=person_id)
    found = share.select_related("split").first()
    if found is None:
        raise SplitNotFound()
    return found


def describe_card(*, split_id: UUID, at: datetime) -> dict[str, Any]:
    """Return the card as all members of the room see it."""
    bill = get_bill(split_id=split_id)
    return {
        "type": "split",
        "id": str(bill.split.id),
        "status": bill.status,
        "amount": bill.split.amount,
        "currency": bill.split.currency,
        "note": bill.split.note,
        "initiator": str(bill.split.initiator_id),
        "shares": [
            {"person": str(share.person_id), "amount": share.amount, "status": share.status}
            for share in bill.shares
        ],
    }
