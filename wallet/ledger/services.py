"""Posting to the ledger: one function for every write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from pydantic_core import from_json
from uuid_utils.compat import uuid7

from commands.arrays import column, columns
from commands.errors import Refusal
from wallet.ledger.errors import REFUSALS, RESOLVED
from wallet.ledger.models import Account
from wallet.ledger.selectors import list_due_holds

CREATED = "created"
# What the books can count, in minor units.
LARGEST = 2**63 - 1
Action = Literal["transfer", "pending", "post", "void", "expire"]
Side = Literal["debit", "credit", "both"]
HOME = "CNY"


@dataclass(frozen=True)
class Item:
    """One movement to be posted, from the debit to the credit account; amounts in minor units.

    `action` `pending` holds the amount until it is resolved or `expires_at` passes. `post`, `void`
    and, once it is past its expiry, `expire` resolve `pending`, which names the accounts and the
    currency; `amount` None posts all of it. `linked` chains an item to the next one: all of a chain
    happen or none. `code` says what for, `ref` is the product's row. A `refund` ignores freezes and
    ceilings, but no floor.

    `balancing` moves as much as there is on that side, at most `amount`: what the debit account has
    above its floor, what the credit account lacks to its ceiling (nought where there is none); that
    may be 0. A hold that is `closing` closes those accounts until it is voided or expires. With
    `reverses` the item takes back that transfer, or of it as much as `amount` says: accounts and
    currency are its own turned round, it is a refund, and it happens at most once per transfer.
    """

    id: UUID
    code: str
    debit: UUID | None = None
    credit: UUID | None = None
    amount: int | None = None
    # None: CNY, or for a resolution or a reversal the currency of what it is about.
    currency: str | None = None
    action: Action = "transfer"
    pending: UUID | None = None
    expires_at: datetime | None = None
    linked: bool = False
    ref: UUID | None = None
    note: str = ""
    refund: bool = False
    balancing: Side | None = None
    closing: Side | None = None
    reverses: UUID | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of an item: its status (`created` or why not), the amount that moved or is held,
    and what else a client may know of a refusal, as JSON.
    """

    item: Item
    status: str
    amount: int
    detail: str | None = None

    @property
    def is_created(self) -> bool:
        """Tell whether the item was posted."""
        return self.status == CREATED


# One row per item: item, status, amount, detail, and what it came to be.
POSTED = """
    SELECT * FROM ledger_post_batch(
        %s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::text[],
        %s::uuid[], %s::timestamptz[], %s::boolean[], %s::uuid[], %s::text[], %s, %s::boolean[],
        %s::text[], %s::text[], %s::uuid[]
    )
"""
# Our own text, put together once: no value of anybody goes into it.
POST_BATCH = f"SELECT status, amount, detail FROM ({POSTED}) AS posted ORDER BY item"  # noqa: S608


def post_batch(items: Sequence[Item], *, at: datetime) -> list[Outcome]:
    """Post items in their order, in one statement of the caller's transaction; return what became
    of each.

    A refused item changes nothing and does not undo the others; nothing is raised for it.
    """
    if not items:
        return []
    with connection.cursor() as cursor:
        cursor.execute(POST_BATCH, write_items(items, at=at))
        rows = cursor.fetchall()
    return [Outcome(item, *row) for item, row in zip(items, rows, strict=True)]


def write_items(items: Sequence[Item], *, at: datetime) -> list[str | datetime]:
    """Return the parameters of POSTED."""
    return [
        *columns(items, "id", "action", "debit", "credit", "amount"),
        column(_currency(item) for item in items),
        *columns(items, "code", "pending", "expires_at", "linked", "ref", "note"),
        at,
        *columns(items, "refund"),
        _rare([item.balancing for item in items]),
        _rare([item.closing for item in items]),
        _rare([item.reverses for item in items]),
    ]


def _currency(item: Item) -> str | None:
    if item.currency is None and item.action in ("transfer", "pending") and not item.reverses:
        return HOME
    return item.currency


def _rare(values: list[Any]) -> str:
    """Return nothing for what no item of the batch asks for, which is nearly always."""
    return column(values if any(value is not None for value in values) else [])


def post(*items: Item, at: datetime) -> list[Outcome]:
    """Post items of which every one must succeed.

    Raises the refusal of the first that was not posted (the caller's transaction must then roll
    back).
    """
    outcomes = post_batch(items, at=at)
    require_all(outcomes)
    return outcomes


def require_all(outcomes: Sequence[Outcome]) -> None:
    """Raise the refusal of the first that was not posted."""
    refused = [outcome for outcome in outcomes if not outcome.is_created]
    # Where a chain broke, its other items only say so; one of them is the cause.
    causes = [outcome for outcome in refused if outcome.status != "linked_event_failed"]
    for outcome in causes or refused:
        raise refusal_of(outcome)


def refusal_of(outcome: Outcome) -> Refusal:
    """Return the refusal that the outcome's status stands for."""
    refusal = REFUSALS.get(outcome.status)
    if refusal is None:
        raise AssertionError(f"The ledger refused {outcome.item.code}: {outcome.status}.")
    return refusal(**_explain(outcome))


def _explain(outcome: Outcome) -> dict[str, Any]:
    """Return what a client may do with a refusal: how much there is, how much there may be."""
    if outcome.detail is not None:
        return dict(from_json(outcome.detail))
    match outcome.status:
        case status if status in RESOLVED:
            return {"status": RESOLVED[status]}
        case status if status.startswith("overflows_"):
            return {"limit": LARGEST}
        case "transfer_already_reversed":
            return {"transfer": str(outcome.item.reverses)}
    return {}


HOLDS_AT_ONCE = 500


def expire_holds(*, at: datetime, owned: bool = False) -> int:
    """End holds that are past their expiry and free what they hold; return how many.

    Those with a `ref` are ended by the product that owns them, which also tells people, and are
    left alone unless `owned`.
    """
    due = list_due_holds(at=at, owned=owned, limit=HOLDS_AT_ONCE)
    items = [Item(id=uuid7(), code="expire", action="expire", pending=hold) for hold in due]
    # A hold that something else ended meanwhile is refused, and is right to be.
    return sum(outcome.is_created for outcome in post_batch(items, at=at))


# An entry's id carries the moment of its writing, which is not before its transaction began. So
# nothing can come any more below the oldest transaction that still writes; what is below is there
# or never will be. The second is for clocks that are set.
HORIZON = """
    SELECT LEAST(now(), min(xact_start)) - interval '1 second' FROM pg_stat_activity
    WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""
# A statement of its own after that, so that it sees all that was committed before.
TAKE_SNAPSHOTS = """
    INSERT INTO ledger_snapshot (account_id, up_to, balance, latest_at, taken_at)
    SELECT a.id, %(up_to)s, (COALESCE(last.balance, 0) + fresh.amount)::bigint,
           GREATEST(last.latest_at, fresh.latest_at), %(at)s
    FROM ledger_account AS a
    LEFT JOIN LATERAL (
        SELECT * FROM ledger_snapshot AS s
        WHERE s.account_id = a.id AND s.up_to < %(up_to)s ORDER BY s.up_to DESC LIMIT 1
    ) AS last ON true
    JOIN LATERAL (
        SELECT sum(e.amount) AS amount, max(e.at) AS latest_at FROM ledger_entry AS e
        WHERE e.account_id = a.id AND e.id >= COALESCE(last.up_to, %(first)s)
          AND e.id < %(up_to)s
    ) AS fresh ON fresh.amount IS NOT NULL
    -- What no longer fits stays a sum of entries, and keeps no other account from its snapshot.
    WHERE a.unlocked AND abs(COALESCE(last.balance, 0) + fresh.amount) <= %(largest)s
    ON CONFLICT DO NOTHING
"""


def take_snapshots(*, at: datetime) -> int:
    """Write down what each unlocked account's entries sum to so far; return for how many accounts
    there was something new.

    Waits for nobody and stops nobody: entries of transactions that are still under way come after
    the snapshot.
    """
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        (horizon,) = cursor.fetchone()
        terms: dict[str, Any] = {"at": at, "up_to": _lowest_id(horizon), "first": UUID(int=0)}
        terms["largest"] = LARGEST
        cursor.execute(TAKE_SNAPSHOTS, terms)
        return int(cursor.rowcount)


def _lowest_id(moment: datetime) -> UUID:
    """Return the lowest id of version 7 that can be made from a moment on."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62)


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
