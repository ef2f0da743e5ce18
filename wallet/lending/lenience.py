"""What a lender may do for a borrower: give more time, or let it go."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from outbox.notices.services import notify
from wallet.card_events import record_card_change
from wallet.days import day_of
from wallet.lending.errors import LoanNotFound, NotOpen, TooLong
from wallet.lending.events import write_event
from wallet.lending.interest import Debt
from wallet.lending.locks import lock_credit, lock_loan
from wallet.lending.models import EventKind, Loan, Status
from wallet.lending.repayment import default_if_due, release_principal
from wallet.lending.schedule import next_due, next_place
from wallet.lending.telling import tell, tell_guarantors


def extend(*, loan_id: UUID, person_id: UUID, days: int, at: datetime) -> Loan:
    """Give the borrower more days: whatever is not met yet is due so much later.

    Interest goes on at the same rate, and the trust behind the loan stays reserved for longer, of
    which the borrower and the guarantors are told. Raises LoanNotFound (also for anybody but the
    lender), NotOpen (also after a default, which is for good) and TooLong.
    """
    with transaction.atomic():
        loan = _lock_own(loan_id, person_id)
        if loan.status_at(at) not in Loan.OWING:
            raise NotOpen(status=loan.status_at(at))
        lock_credit(borrower_id=loan.borrower_id)
        left = settings.LOAN_EXTENDED_DAYS - loan.extended_days
        if days > left:
            raise TooLong(most=settings.LOAN_EXTENDED_DAYS, left=left)
        loan.set_debt(loan.debt_on(day_of(at)))
        place = next_place(loan.schedule(), loan.principal)
        loan.extensions = [*loan.extensions, [place, days]]
        loan.due_on = next_due(loan.schedule(), loan.principal)
        loan.status = Status.OVERDUE if loan.due_on < day_of(at) else Status.OPEN
        loan.save()
        write_event(loan, EventKind.EXTENDED, day=day_of(at), at=at, by=person_id, days=days)
        record_card_change("loan", loan.id)
        told = tell(loan=loan, owner=loan.borrower_id, what="extended")
        notify(told, *tell_guarantors(loan=loan, what="extended"), at=at)
    return loan


def forgive(*, loan_id: UUID, person_id: UUID, at: datetime) -> Loan:
    """Let the borrower owe nothing more: principal and interest are given up, no money moves, and
    the trust behind the loan is free again; what a default has burned stays burned.

    Raises LoanNotFound (also for anybody but the lender) and NotOpen.
    """
    with transaction.atomic():
        loan = _lock_own(loan_id, person_id)
        if loan.status not in Loan.OUTSTANDING:
            raise NotOpen(status=loan.status_at(at))
        lock_credit(borrower_id=loan.borrower_id)
        default_if_due(loan=loan, at=at)
        debt = loan.debt_on(day_of(at))
        if loan.status != Status.DEFAULTED:
            release_principal(loan=loan, principal=debt.principal, by=person_id, at=at)
        loan.set_debt(Debt(0, 0, debt.accrued_on, debt.ppm))
        loan.status = Status.FORGIVEN
        loan.closed_at = at
        loan.save()
        write_event(
            loan, EventKind.FORGIVEN, day=day_of(at), at=at, by=person_id, amount=debt.closing,
            interest=debt.rounded_interest, principal=debt.principal,
        )  # fmt: skip
        record_card_change("loan", loan.id)
        told = tell(loan=loan, owner=loan.borrower_id, what="forgiven")
        notify(told, *tell_guarantors(loan=loan, what="forgiven"), at=at)
    return loan


def _lock_own(loan_id: UUID, lender_id: UUID) -> Loan:
    loan = lock_loan(loan_id=loan_id)
    if loan.lender_id != lender_id:
        raise LoanNotFound()
    return loan
