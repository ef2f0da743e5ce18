"""Reading the books: a balance now and at a past moment, and the holds that are due."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from wallet.ledger.models import Account, Snapshot

# Note [The cut]
# An entry's moment is that of its command, its version the order in which it was booked; of two
# commands at the same time the later booked may be the earlier sent. A moment cuts an account
# before the first entry booked that is of that moment or later. So a statement, which goes from one
# cut to the next, holds versions without a gap: its lines always lead from the opening to the
# closing balance, and where one statement ends the next one begins.
CUT = """
    SELECT version, balance - amount FROM ledger_entry
    WHERE account_id = %(account)s AND at >= %(moment)s ORDER BY version LIMIT 1
"""
LAST = """
    SELECT version + 1, balance FROM ledger_entry
    WHERE account_id = %(account)s ORDER BY version DESC LIMIT 1
"""
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
class Cut:
    """Where a moment cuts an account: the first version after it, and the balance before that."""

    version: int
    balance: int


def cut_at(*, account_id: UUID, moment: datetime) -> Cut:
    """Return where a moment cuts an account that keeps a balance."""
    # See Note [The cut]. One statement, so that what is booked meanwhile comes wholly or not.
    query = f"(({CUT}) UNION ALL ({LAST})) ORDER BY version LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(query, {"account": account_id, "moment": moment})
        found = cursor.fetchone()
    return Cut(*found) if found else Cut(1, 0)


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
    return cut_at(account_id=account_id, moment=moment).balance


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
