"""Row locks on all accounts of a person."""

from uuid import UUID

from wallet.ledger.models import Account


def lock_accounts(*, person_id: UUID, currency: str | None = None) -> list[Account]:
    """Lock the person's accounts (of a currency) until the transaction ends, lowest id first."""
    rows = Account.objects.filter(owner_id=person_id).order_by("id")
    if currency is not None:
        rows = rows.filter(currency=currency)
    return list(rows.select_for_update(no_key=True))
