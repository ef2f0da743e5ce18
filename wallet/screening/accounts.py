"""The accounts of who pays and who is paid, looked up together with how the rules stand."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from commands.arrays import column
from wallet.accounts.services import BALANCE, accounts_of
from wallet.screening.selectors import MARK

# One row at least, so that the mark comes also where nobody has an account.
FIND = f"""
    SELECT rules.mark, a.owner_id, a.id FROM (SELECT {MARK} AS mark) AS rules
    LEFT JOIN ledger_account AS a
      ON a.owner_id = ANY (%s::uuid[]) AND a.kind = %s AND a.currency = %s
"""  # noqa: S608 (our own text, put together once)


def accounts_and_mark(
    *, person_ids: Iterable[UUID], currency: str, at: datetime
) -> tuple[dict[UUID, UUID], int]:
    """Return the id of each person's account in the currency, opened where there was none, and the
    mark of the rules; one statement where all have one.
    """
    wanted = set(person_ids)
    with connection.cursor() as cursor:
        cursor.execute(FIND, [column(wanted), BALANCE, currency])
        rows = cursor.fetchall()
    mark = int(rows[0][0])
    found = {owner: account for _, owner, account in rows if owner is not None}
    if wanted - found.keys():
        found = accounts_of(person_ids=wanted, currency=currency, at=at)
    return found, mark
