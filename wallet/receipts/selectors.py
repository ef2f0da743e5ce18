"""Reading receipts. A payment is a posted transfer between accounts of two people."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from wallet.accounts.numbers import number_of, read_number
from wallet.accounts.selectors import list_accounts
from wallet.receipts.errors import ReceiptNotFound

PAYMENT = """
    SELECT t.id, payer.owner_id, payee.owner_id, t.debit_account_id, t.credit_account_id, t.amount,
           t.currency, t.code, t.note, t.ref, t.at
    FROM ledger_transfer AS t
    JOIN ledger_account AS payer ON payer.id = t.debit_account_id
    JOIN ledger_account AS payee ON payee.id = t.credit_account_id
"""
# Our own texts, put together once: no value of anybody goes into them.
ONE = f"""{PAYMENT}
    WHERE t.id = %(id)s AND t.action IN ('transfer', 'post') AND payer.owner_id <> payee.owner_id
"""
PAGE = f"""{PAYMENT}
    JOIN ledger_entry AS e ON e.transfer_id = t.id
    WHERE e.account_id = ANY (%(accounts)s) AND payer.owner_id <> payee.owner_id
      AND (%(before)s::uuid IS NULL OR e.id < (
          SELECT id FROM ledger_entry
          WHERE account_id = ANY (%(accounts)s) AND transfer_id = %(before)s))
    ORDER BY e.id DESC LIMIT %(limit)s
"""  # noqa: S608


@dataclass(frozen=True)
class Payment:
    """A payment: who paid whom how much (minor units), when and what for."""

    id: UUID
    payer_id: UUID
    payee_id: UUID
    debit: UUID
    credit: UUID
    amount: int
    currency: str
    kind: str
    note: str
    ref: UUID | None
    at: datetime

    @property
    def number(self) -> str:
        """Return the number of its receipt."""
        return number_of(self.id)


def find_payment(*, receipt: str) -> Payment | None:
    """Return the payment with this number, or with this id, or None."""
    payment_id = read_number(receipt) or _read_id(receipt)
    if payment_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(ONE, {"id": payment_id})
        row = cursor.fetchone()
    return Payment(*row) if row else None


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def access_payment(*, receipt: str, person_id: UUID) -> Payment:
    """Return a payment from or to the person. Raises ReceiptNotFound."""
    payment = find_payment(receipt=receipt)
    if payment is None or person_id not in (payment.payer_id, payment.payee_id):
        raise ReceiptNotFound()
    return payment


def list_payments(
    *, person_id: UUID, before: UUID | None, limit: int
) -> tuple[list[Payment], bool]:
    """Return a page of the payments from and to the person's accounts, newest first."""
    accounts = [account.id for account in list_accounts(person_id=person_id)]
    terms = {"accounts": accounts, "before": before, "limit": limit + 1}
    with connection.cursor() as cursor:
        cursor.execute(PAGE, terms)
        page = [Payment(*row) for row in cursor.fetchall()]
    return page[:limit], len(page) > limit
