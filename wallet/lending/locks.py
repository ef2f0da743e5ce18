"""Row locks on loans, on borrowers' credit, and on standing permissions."""

from uuid import UUID

from wallet.lending.errors import LoanNotFound
from wallet.lending.models import Allowance, Credit, Loan, Reservation


def lock_loan(*, loan_id: UUID) -> Loan:
    """Lock the loan until the transaction ends. Raises LoanNotFound."""
    loan = Loan.objects.select_for_update(no_key=True).filter(id=loan_id).first()
    if loan is None:
        raise LoanNotFound()
    return loan


def lock_credit(*, borrower_id: UUID) -> None:
    """Lock the borrower's credit row, made if it was missing. See Note [Lock order]."""
    Credit.objects.bulk_create([Credit(person_id=borrower_id)], ignore_conflicts=True)
    Credit.objects.select_for_update(no_key=True).get(person_id=borrower_id)


def lock_reservations(*, loan_id: UUID) -> list[Reservation]:
    """Lock the loan's reservations, in the order of their paths."""
    rows = Reservation.objects.filter(loan_id=loan_id).order_by("position")
    return list(rows.select_for_update(no_key=True))


def lock_allowance(*, lender_id: UUID, borrower_id: UUID) -> Allowance | None:
    """Lock what the lender has permitted the borrower, or return None if they never did.

    It comes before the borrower's credit, as the product's own row; see Note [Lock order].
    """
    rows = Allowance.objects.filter(lender_id=lender_id, borrower_id=borrower_id)
    return rows.select_for_update(no_key=True).first()
