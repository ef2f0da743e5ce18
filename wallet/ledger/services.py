"""Posting to the ledger: one function for every write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from uuid_utils.compat import uuid7

from wallet.ledger.errors import REFUSALS, RESOLVED
from wallet.ledger.models import Account

CREATED = "created"
# What the books can count, in minor units.
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Item:
    """One movement to be posted, from the debit to the credit account; amounts in minor units.

    `action` `pending` holds the amount until it is resolved or `expires_at` passes. `post` and
    `void` resolve `pending`, which names the accounts; `amount` None posts all of it. `linked`
    chains an item to the next one: all of a chain happen or none. `code` says what for, `ref` is
    the product's row. A `refund` ignores freezes and ceilings, but no floor.
    """

    id: UUID
    code: str
    debit: UUID | None = None
    credit: UUID | None = None
    amount: int | None = None
    currency: str = "CNY"
    action: Literal["transfer", "pending", "post", "void"] = "transfer"
    pending: UUID | None = None
    expires_at: datetime | None = None
    linked: bool = False
    ref: UUID | None = None
    note: str = ""
    refund: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of an item: its status (`created` or why not) and the amount that moved or is
    held.
    """

    item: Item
    status: str
    amount: int

    @property
    def is_created(self) -> bool:
        """Tell whether the item was posted."""
        return self.status == CREATED


POST_BATCH = """
    SELECT status, amount FROM ledger_post_batch(
        %s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::text[],
        %s::uuid[], %s::timestamptz[], %s::boolean[], %s::uuid[], %s::text[], %s, %s::boolean[]
    ) ORDER BY item
"""


def post_batch(items: Sequence[Item], *, at: datetime) -> list[Outcome]:
    """Post items in their order, in one statement of the caller's transaction; return what became
    of each.

    A refused item changes nothing and does not undo the others; nothing is raised for it.
    """
    if not items:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            POST_BATCH,
            [
                [item.id for item in items],
                [item.action for item in items],
                [item.debit for item in items],
                [item.credit for item in items],
                [item.amount for item in items],
                [item.currency for item in items],
                [item.code for item in items],
                [item.pending for item in items],
                [item.expires_at for item in items],
                [item.linked for item in items],
                [item.ref for item in items],
                [item.note for item in items],
                at,
                [item.refund for item in items],
            ],
        )
        rows = cursor.fetchall()
    return [Outcome(item, *row) for item, row in zip(items, rows, strict=True)]


def post(*items: Item, at: datetime) -> list[Outcome]:
    """Post items of which every one must succeed.

    Raises the refusal of the first that was not posted (the caller's transaction must then roll
    back).
    """
    outcomes = post_batch(items, at=at)
    refused = [outcome for outcome in outcomes if not outcome.is_created]
    # Where a chain broke, its other items only say so; one of them is the cause.
    causes = [outcome for outcome in refused if outcome.status != "linked_event_failed"]
    for outcome in causes or refused:
        raise_refusal(outcome)
    return outcomes


def raise_refusal(outcome: Outcome) -> None:
    """Raise the refusal that the outcome's status stands for."""
    refusal = REFUSALS.get(outcome.status)
    if refusal is None:
        raise AssertionError(f"The ledger refused {outcome.item.code}: {outcome.status}.")
    raise refusal(**_explain(outcome))


def _explain(outcome: Outcome) -> dict[str, Any]:
    """Return what a client may do with a refusal: how much there is, how much there may be."""
    match outcome.status:
        case "exceeds_credits":
            return {"available": _account(outcome.item.debit).available}
        case "exceeds_debits":
            return {"limit": _account(outcome.item.credit).max_balance}
        case status if status in RESOLVED:
            return {"status": RESOLVED[status]}
        case status if status.startswith("overflows_"):
            return {"limit": LARGEST}
    return {}


def _account(account_id: UUID | None) -> Account:
    assert account_id is not None
    return Account.objects.get(id=account_id)


def open_escrow(*, owner_id: UUID, kind: str, currency: str, at: datetime) -> UUID:
    """Open an account that holds somebody's money for a product; it cannot fall below zero."""
    account = Account.objects.create(
        id=uuid7(), owner_id=owner_id, kind=kind, currency=currency, min_balance=0, created_at=at
    )
    return account.id


def system_account(*, kind: str, currency: str, at: datetime) -> UUID:
    """Return the system account of a kind (`mint`, `fees`), opened on first use; it costs no
    lock.
    """
    found = Account.objects.filter(kind=kind, currency=currency, unlocked=True)
    if account_id := found.values_list("id", flat=True).first():
        return account_id
    fresh = Account(id=uuid7(), kind=kind, currency=currency, unlocked=True, created_at=at)
    # Two first uses at once: the constraint lets one in, and both read that one.
    Account.objects.bulk_create([fresh], ignore_conflicts=True)
    return found.values_list("id", flat=True).get()
