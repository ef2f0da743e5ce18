"""Row locks on transfers."""

from collections.abc import Iterable
from uuid import UUID

from wallet.transfers.errors import TransferNotFound
from wallet.transfers.models import Transfer


def lock_transfers(*, transfer_ids: Iterable[UUID]) -> dict[UUID, Transfer]:
    """Lock those of the transfers that there are, lowest id first, in one statement."""
    rows = Transfer.objects.filter(id__in=set(transfer_ids)).order_by("id")
    return {row.id: row for row in rows.select_for_update(no_key=True)}


def lock_transfer(*, transfer_id: UUID) -> Transfer:
    """Lock the transfer until the transaction ends. Raises TransferNotFound."""
    transfer = Transfer.objects.select_for_update(no_key=True).filter(id=transfer_id).first()
    if transfer is None:
        raise TransferNotFound()
    return transfer
