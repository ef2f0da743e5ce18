"""Reading splits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from wallet.splits.errors import SplitNotFound
from wallet.splits.models import Share, ShareStatus, Split


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
    split = Split.objects.filter(id=split_id).first()
    if split is None:
        raise SplitNotFound()
    return Bill(split, list(Share.objects.filter(split_id=split_id).order_by("position")))


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
