"""Row locks on transfers."""

from uuid import UUID

from wallet.transfers.errors import TransferNotFound
from wallet.transfers.models import Transfer


def lock_transfer(*, transfer_id: UUID) -> Transfer:
    """Lock the transfer until the transaction ends. Raises TransferNotFound."""
    transfer = Transfer.objects.select_for_update(no_key=True).filter(id=transfer_id).first()
    if transfer is None:
        raise TransferNotFound()
    return transfer
