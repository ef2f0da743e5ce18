"""Reading payments at banks."""

from uuid import UUID

from django.db import connection

from commands.pages import newest_first
from wallet.accounts.selectors import EntryRow
from wallet.banks.errors import PaymentNotFound
from wallet.banks.models import OPEN, Payment

# The other side is the mint, which is nobody.
ENTRY = """
    SELECT e.id, e.account_id, e.amount, e.balance, t.code, e.transfer_id, NULL, t.note, e.at,
           t.currency
    FROM ledger_entry AS e JOIN ledger_transfer AS t ON t.id = e.transfer_id
    WHERE e.account_id = %s AND e.transfer_id = %s
    ORDER BY e.id DESC LIMIT 1
"""


def get_payment(*, payment_id: UUID) -> Payment:
    """Return the payment as it stands now. Raises PaymentNotFound."""
    payment = Payment.objects.filter(id=payment_id).first()
    if payment is None:
        raise PaymentNotFound()
    return payment


def access_payment(*, payment_id: UUID, person_id: UUID) -> Payment:
    """Return the person's payment. Raises PaymentNotFound, also for somebody else's."""
    payment = get_payment(payment_id=payment_id)
    if payment.person_id != person_id:
        raise PaymentNotFound()
    return payment


def find_entry(*, payment: Payment) -> EntryRow | None:
    """Return the entry that the payment has made on its account, None as long as there is none."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRY, [payment.account_id, payment.transfer_id])
        row = cursor.fetchone()
    return EntryRow(*row) if row else None


def list_payments(
    *, person_id: UUID, only_open: bool, before: UUID | None, limit: int
) -> tuple[list[Payment], bool]:
    """Return a page of the person's payments at banks, or of those that stand open, newest
    first.
    """
    rows = Payment.objects.filter(person_id=person_id)
    if only_open:
        rows = rows.filter(status__in=OPEN)
    return newest_first(rows, before=before, limit=limit)
