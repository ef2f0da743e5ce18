"""People's accounts, and payments between them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from wallet.accounts.events import record_payments
from wallet.ledger import services as ledger
from wallet.ledger.models import Account

BALANCE = "balance"
# Everybody has an account in this currency.
HOME = "CNY"


def account_id_of(*, person_id: UUID, currency: str) -> UUID:
    """Return the id that a person's account in a currency is opened with.

    It follows from the two, so that an account can be shown before a first write opens it: a UUID
    of version 7 with the person's moment, and a digest where others have randomness.
    """
    digest = blake2b(person_id.bytes + currency.encode(), digest_size=10).digest()
    number = bytearray(person_id.bytes[:6] + digest)
    number[6] = 0x70 | number[6] & 0x0F
    number[8] = 0x80 | number[8] & 0x3F
    return UUID(bytes=bytes(number))


def accounts_of(*, person_ids: Iterable[UUID], currency: str, at: datetime) -> dict[UUID, UUID]:
    """Return the id of each person's account in the currency, opened where there was none."""
    wanted = set(person_ids)
    found = _find(wanted, currency)
    missing = wanted - found.keys()
    if missing:
        # Two openings at once: the constraint lets one in, and both read that one.
        Account.objects.bulk_create(
            [
                Account(
                    id=account_id_of(person_id=person_id, currency=currency), owner_id=person_id,
                    kind=BALANCE, currency=currency, min_balance=0, created_at=at,
                )
                for person_id in sorted(missing)
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        found |= _find(missing, currency)
    return found


def _find(person_ids: set[UUID], currency: str) -> dict[UUID, UUID]:
    rows = Account.objects.filter(owner_id__in=person_ids, kind=BALANCE, currency=currency)
    pairs = rows.values_list("owner_id", "id")
    return {owner_id: account_id for owner_id, account_id in pairs if owner_id is not None}


def account_of(*, person_id: UUID, currency: str, at: datetime) -> UUID:
    """Return the id of the person's account in the currency, opened if there was none."""
    return accounts_of(person_ids=[person_id], currency=currency, at=at)[person_id]


def pay(*items: ledger.Item, at: datetime) -> list[ledger.Outcome]:
    """Post items that must all succeed, and let the graph know of those that go between people.

    Raises the refusal of the first that was not posted.
    """
    outcomes = ledger.post(*items, at=at)
    record_payments([outcome.item.id for outcome in outcomes])
    return outcomes


def pay_each(items: Sequence[ledger.Item], *, at: datetime) -> list[ledger.Outcome]:
    """Post items each for itself, in one batch, and let the graph know of those that go between
    people; return what became of each.

    A refused item changes nothing and does not undo the others; nothing is raised for it.
    """
    outcomes = ledger.post_batch(items, at=at)
    record_payments([outcome.item.id for outcome in outcomes if outcome.is_created])
    return outcomes
