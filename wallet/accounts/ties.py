"""Payments as what ties two people: their names stand in each other's entries."""

from typing import Final
from uuid import UUID

from django.db import connection

PAID: Final = """
    SELECT EXISTS (
        SELECT FROM ledger_account AS mine
        JOIN ledger_entry AS e ON e.account_id = mine.id
        JOIN ledger_transfer AS t ON t.id = e.transfer_id
        JOIN ledger_account AS theirs
          ON theirs.id IN (t.debit_account_id, t.credit_account_id)
        WHERE mine.owner_id = %s AND theirs.owner_id = %s
    )
"""


def have_paid(reader: UUID, person: UUID) -> bool:
    """Tell whether money went from one of two people to the other."""
    with connection.cursor() as cursor:
        cursor.execute(PAID, [reader, person])
        return bool(cursor.fetchone()[0])
