"""Row locks on disputes, and on the two accounts that one is about."""

from collections.abc import Iterable
from uuid import UUID

from wallet.disputes.errors import DisputeNotFound
from wallet.disputes.models import Dispute
from wallet.ledger.models import Account


def lock_dispute(*, dispute_id: UUID) -> Dispute:
    """Lock the dispute until the transaction ends. Raises DisputeNotFound."""
    dispute = Dispute.objects.select_for_update(no_key=True).filter(id=dispute_id).first()
    if dispute is None:
        raise DisputeNotFound()
    return dispute


def lock_accounts(*, account_ids: Iterable[UUID]) -> dict[UUID, Account]:
    """Lock the accounts until the transaction ends, lowest id first.

    So that "as much as there is" is still there when it is posted. The posting that follows takes
    the same locks in the same order. See Note [Lock order] in wallet/ledger/locks.py.
    """
    rows = Account.objects.filter(id__in=set(account_ids)).order_by("id")
    return {row.id: row for row in rows.select_for_update(no_key=True)}
