"""Payments as what ties two people: their names stand in each other's entries."""

from typing import Final
from uuid import UUID

from django.db import connection

# So many of the newest entries of either are looked through. Without a bound, whoever asks for a
# stranger would have all that both ever paid read, each time.
NEWEST: Final = 1_000
# One of two accounts is somebody's balance, whatever money went through: an envelope's escrow is
# the sender's, but who takes of it has an entry in theirs. So balances alone are looked through.
PAID: Final = """
    SELECT EXISTS (
        SELECT FROM (VALUES (%(one)s::uuid, %(other)s::uuid), (%(other)s::uuid, %(one)s::uuid))
            AS pair (mine, theirs)
        JOIN ledger_account AS balance
          ON balance.owner_id = pair.mine AND balance.kind = 'balance'
        CROSS JOIN LATERAL (
            SELECT transfer_id FROM ledger_entry
            WHERE account_id = balance.id ORDER BY id DESC LIMIT %(newest)s
        ) AS entry
        JOIN ledger_transfer AS t ON t.id = entry.transfer_id
        JOIN ledger_account AS opposite
          ON opposite.id = CASE WHEN t.debit_account_id = balance.id THEN t.credit_account_id
                                ELSE t.debit_account_id END
        WHERE opposite.owner_id = pair.theirs
    )
"""


def have_paid(reader: UUID, person: UUID) -> bool:
    """Tell whether money went from one of two people to the other, as far as the newest thousand
    entries of one of them know.
    """
    with connection.cursor() as cursor:
        cursor.execute(PAID, {"one": reader, "other": person, "newest": NEWEST})
        return bool(cursor.fetchone()[0])
