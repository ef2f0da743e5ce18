"""Money that enters and leaves Kith through a bank channel."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from wallet.accounts.services import account_of
from wallet.banks.errors import ChannelUnknown
from wallet.ledger.services import Item, post, system_account

# Where the money of a bank channel stands in our books: what we owe people, the bank owes us.
MINT = "mint"


def top_up(*, person_id: UUID, amount: int, currency: str, channel: str, at: datetime) -> UUID:
    """Bring money in from a bank and return the account that got it. Raises ChannelUnknown."""
    return _move(person_id, amount, currency, channel, inwards=True, at=at)


def withdraw(*, person_id: UUID, amount: int, currency: str, channel: str, at: datetime) -> UUID:
    """Send money out to a bank and return the account that gave it.

    Raises ChannelUnknown and InsufficientFunds.
    """
    return _move(person_id, amount, currency, channel, inwards=False, at=at)


def _move(
    person_id: UUID, amount: int, currency: str, channel: str, *, inwards: bool, at: datetime
) -> UUID:
    if channel not in settings.BANK_CHANNELS:
        raise ChannelUnknown(channel=channel)
    with transaction.atomic():
        account = account_of(person_id=person_id, currency=currency, at=at)
        bank = system_account(kind=MINT, currency=currency, at=at)
        debit, credit = (bank, account) if inwards else (account, bank)
        code = "bank.top_up" if inwards else "bank.withdraw"
        post(
            Item(
                id=uuid7(), code=code, debit=debit, credit=credit, amount=amount,
                currency=currency, note=channel,
            ),
            at=at,
        )  # fmt: skip
    return account
