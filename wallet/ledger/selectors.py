"""Reading the books: a balance now and at a past moment, and what came and went between two."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from wallet.ledger.models import Account, Snapshot

# Note [Entries by version]
# `at` is the moment of the command, given at the edge, so two entries that are written at the same
# time may stand in the account a few milliseconds out of order. A statement therefore cuts between
# versions, which have no gaps: it begins after the last entry from before `since` and ends with the
# last one from before `until`. So its lines always lead from the opening to the closing balance,
# and statements that meet neither share an entry nor lose one.
LAST_BEFORE = """
    SELECT version, balance FROM ledger_entry
    WHERE account_id = %(account)s AND at < %(moment)s ORDER BY version DESC LIMIT 1
"""
LINES = """
    SELECT e.id, e.transfer_id, e.amount, e.balance, t.code, other.id,
           NULLIF(other.owner_id, mine.owner_id), t.note, t.ref, e.at
    FROM ledger_entry AS e
    JOIN ledger_transfer AS t ON t.id = e.transfer_id
    JOIN ledger_account AS mine ON mine.id = e.account_id
    JOIN ledger_account AS other
      ON other.id = CASE e.account_id WHEN t.debit_account_id THEN t.credit_account_id
                                      ELSE t.debit_account_id END
    WHERE e.account_id = %(account)s
"""
LINES_BY_VERSION = f"{LINES} AND e.version > %(after)s AND e.version <= %(last)s ORDER BY e.version"
LINES_BY_TIME = f"{LINES} AND e.at >= %(since)s AND e.at < %(until)s ORDER BY e.at, e.id"
# What entries of an unlocked account sum to: up to the newest usable snapshot, and what came since.
SUM_SINCE = """
    SELECT COALESCE(sum(amount), 0) FROM ledger_entry
    WHERE account_id = %(account)s AND (%(up_to)s::uuid IS NULL OR id >= %(up_to)s)
      AND (%(before)s::timestamptz IS NULL OR at < %(before)s)
"""
DUE_HOLDS = """
    SELECT h.id FROM ledger_transfer AS h
    WHERE h.action = 'pending' AND h.expires_at <= %(at)s AND (%(owned)s OR h.ref IS NULL)
      AND NOT EXISTS (SELECT FROM ledger_transfer AS r WHERE r.pending_id = h.id)
    ORDER BY h.expires_at, h.at, h.id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class StatementLine:
    """An entry on a statement: the signed amount, the balance after it, what it was for (`kind`),
    and the other side: its account, and whose that is unless it is nobody's or one's own.
    """

    id: UUID
    transfer_id: UUID
    amount: int
    balance: int
    kind: str
    other_account_id: UUID
    other: UUID | None
    note: str
    ref: UUID | None
    at: datetime


@dataclass(frozen=True)
class Statement:
    """An account from `since` up to before `until`: opening plus the lines' amounts is closing."""

    account_id: UUID
    currency: str
    since: datetime
    until: datetime
    opening: int
    lines: list[StatementLine]
    closing: int


def statement(*, account_id: UUID, since: datetime, until: datetime) -> Statement:
    """Return what came and went from `since` up to before `until`, oldest first, with the balance
    before and after.

    Amounts are minor units of the account's currency. Raises Account.DoesNotExist.
    """
    # See Note [Entries by version].
    account = Account.objects.get(id=account_id)
    if account.unlocked:
        opening = _sum(account_id, before=since)
        terms: dict[str, Any] = {"account": account_id, "since": since, "until": until}
        lines = _lines(LINES_BY_TIME, terms, opening)
    else:
        after, opening = _last_before(account_id, since)
        last, _ = _last_before(account_id, until)
        terms = {"account": account_id, "after": after, "last": last}
        lines = _lines(LINES_BY_VERSION, terms, opening)
    return Statement(
        account_id=account_id, currency=account.currency, since=since, until=until,
        opening=opening, lines=lines, closing=lines[-1].balance if lines else opening,
    )  # fmt: skip


def balance_of(*, account_id: UUID) -> int:
    """Return what is posted on the account now, whether it keeps a balance or only entries.

    Raises Account.DoesNotExist.
    """
    account = Account.objects.get(id=account_id)
    return _sum(account_id, before=None) if account.unlocked else account.balance


def balance_before(*, account_id: UUID, moment: datetime) -> int:
    """Return what was posted on the account just before a moment.

    Raises Account.DoesNotExist.
    """
    account = Account.objects.get(id=account_id)
    if account.unlocked:
        return _sum(account_id, before=moment)
    return _last_before(account_id, moment)[1]


def _last_before(account_id: UUID, moment: datetime) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(LAST_BEFORE, {"account": account_id, "moment": moment})
        found = cursor.fetchone()
    return (found[0], found[1]) if found else (0, 0)


def _lines(query: str, terms: dict[str, Any], opening: int) -> list[StatementLine]:
    with connection.cursor() as cursor:
        cursor.execute(query, terms)
        rows = cursor.fetchall()
    lines: list[StatementLine] = []
    balance = opening
    for entry, transfer, amount, _, *rest in rows:
        # Added up here, because an unlocked account's entries carry none.
        balance += amount
        lines.append(StatementLine(entry, transfer, amount, balance, *rest))
    return lines


def _sum(account_id: UUID, *, before: datetime | None) -> int:
    usable = Snapshot.objects.filter(account_id=account_id)
    if before is not None:
        # All that a snapshot covers must lie before the moment.
        usable = usable.filter(latest_at__lt=before)
    snapshot = usable.order_by("-up_to").first()
    with connection.cursor() as cursor:
        cursor.execute(
            SUM_SINCE,
            {
                "account": account_id,
                "up_to": snapshot.up_to if snapshot else None,
                "before": before,
            },
        )
        (since,) = cursor.fetchone()
    return (snapshot.balance if snapshot else 0) + int(since)


def list_due_holds(*, at: datetime, owned: bool, limit: int) -> list[UUID]:
    """Return holds past their expiry that nothing has ended, the oldest expiry first.

    Holds with a `ref` are owned by a product, which ends them itself and tells people; those are
    left out unless `owned`.
    """
    with connection.cursor() as cursor:
        cursor.execute(DUE_HOLDS, {"at": at, "owned": owned, "limit": limit})
        return [hold for (hold,) in cursor.fetchall()]
