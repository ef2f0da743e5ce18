"""People's accounts, and payments between them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from hashlib import blake2b
from uuid import UUID

from django.db import connection

from commands.arrays import column
from commands.keys import INSERT_KEYS, NewKey, write_keys
from commands.recent import Recent
from outbox.after_commit import run_after_commit
from wallet.accounts.events import wake_graph
from wallet.ledger import services as ledger
from wallet.ledger.models import Account

BALANCE = "balance"
# What moves money at once; the others hold it, or end a hold.
MOVING = ("transfer", "post")
# Everybody has an account in this currency.
HOME = "CNY"
FIND = """
    SELECT owner_id, id FROM ledger_account
    WHERE owner_id = ANY (%s::uuid[]) AND kind = %s AND currency = %s
"""

# An account is never removed and never changes its owner: one that was there once still is.
REMEMBERED = 50_000
_accounts: Recent[tuple[int, str], UUID] = Recent(REMEMBERED)


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
        wake_graph()
        found |= _find(missing, currency)
    return found


def _find(person_ids: set[UUID], currency: str) -> dict[UUID, UUID]:
    recalled = ((person_id, _accounts.get((person_id.int, currency))) for person_id in person_ids)
    known = {person_id: account_id for person_id, account_id in recalled if account_id}
    if unknown := person_ids - known.keys():
        with connection.cursor() as cursor:
            cursor.execute(FIND, [column(unknown), BALANCE, currency])
            found: dict[UUID, UUID] = dict(cursor.fetchall())
        # One that this transaction has opened may come to nothing with it.
        run_after_commit(partial(_remember, found, currency))
        known |= found
    return known


def _remember(found: Mapping[UUID, UUID], currency: str) -> None:
    for person_id, account_id in found.items():
        _accounts.put((person_id.int, currency), account_id)


def accounts_by_currency(
    owners: Iterable[tuple[str, UUID]], *, at: datetime
) -> dict[str, dict[UUID, UUID]]:
    """Return the id of each person's account in each currency they are named with, opened where
    there was none; at most one look for each currency, where all have one.
    """
    people: dict[str, set[UUID]] = defaultdict(set)
    for currency, person_id in owners:
        people[currency].add(person_id)
    return {
        currency: accounts_of(person_ids=ids, currency=currency, at=at)
        for currency, ids in people.items()
    }


def account_of(*, person_id: UUID, currency: str, at: datetime) -> UUID:
    """Return the id of the person's account in the currency, opened if there was none."""
    return accounts_of(person_ids=[person_id], currency=currency, at=at)[person_id]


def pay(*items: ledger.Item, at: datetime) -> list[ledger.Outcome]:
    """Post items that must all succeed, and have the graph told of those that go between people.

    Raises the refusal of the first that was not posted.
    """
    outcomes = pay_each(items, at=at)
    ledger.require_all(outcomes)
    return outcomes


# Posting, telling the graph and keeping the callers' answers in one statement: the accounts are
# locked from its start until the commit, and everybody who pays through them waits as long. What
# tells the graph is a trigger, see wallet/graphed/sql/tell.sql.
PAY = f"""
    WITH posted AS MATERIALIZED ({ledger.POSTED}),
    kept AS (
        {INSERT_KEYS}
        JOIN posted ON posted.item = k.place AND posted.status = 'created'
    )
    SELECT status, amount, detail FROM posted ORDER BY item
"""  # noqa: S608 (our own text, put together once)


def pay_each(
    items: Sequence[ledger.Item], *, at: datetime, keys: Sequence[NewKey] = ()
) -> list[ledger.Outcome]:
    """Post items each for itself, in one statement, and have the graph told of those that go
    between people; return what became of each. `keys`, one for each item if there are any, keep the
    answers of those that were posted.

    A refused item changes nothing and does not undo the others; nothing is raised for it.
    """
    if not items:
        return []
    # A shorter list would leave something done without its answer.
    assert not keys or len(keys) == len(items)
    with connection.cursor() as cursor:
        cursor.execute(PAY, [*ledger.write_items(items, at=at), *write_keys(keys)])
        rows = cursor.fetchall()
    outcomes = [ledger.Outcome(item, *row) for item, row in zip(items, rows, strict=True)]
    if any(one.is_created and one.item.action in MOVING for one in outcomes):
        wake_graph()
    return outcomes
