"""Repaying, and what happens when nobody does: overdue, default, burn."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from graph.trust.services import Cause, burn, release
from outbox.notices.services import Tell, notify
from wallet.accounts.events import wake_graph
from wallet.accounts.services import accounts_of, pay
from wallet.card_events import record_card_change
from wallet.days import day_of
from wallet.ledger.services import Item
from wallet.lending import interest
from wallet.lending.errors import LoanNotFound, NotOpen
from wallet.lending.events import write_event
from wallet.lending.locks import lock_credit, lock_loan, lock_reservations
from wallet.lending.models import EventKind, Loan, Reservation, Status
from wallet.lending.schedule import next_due
from wallet.lending.telling import tell, tell_guarantors
from wallet.rounds import go_through
from wallet.splits.allocate import allocate

REPAYABLE = (Status.OPEN, Status.OVERDUE, Status.DEFAULTED)


def repay(*, loan_id: UUID, person_id: UUID, amount: int, at: datetime) -> Loan:
    """Repay some or all: interest first; offering more than is owed takes what is owed.

    Principal that comes back before a default gives back the trust it used, path by path. After a
    default the lender is still paid, and the loan is `cured` once nothing is owed; burned trust
    stays burned. The date decides which it is, whether or not the sweeper has run.

    Raises LoanNotFound (also for anybody but the borrower), NotOpen and InsufficientFunds.
    """
    with transaction.atomic():
        loan = lock_loan(loan_id=loan_id)
        if loan.borrower_id != person_id:
            raise LoanNotFound()
        if loan.status not in REPAYABLE:
            raise NotOpen(status=loan.status_at(at))
        lock_credit(borrower_id=loan.borrower_id)
        default_if_due(loan=loan, at=at)
        repayment = interest.repay(loan.debt_on(day_of(at)), amount)
        if loan.status != Status.DEFAULTED:
            release_principal(loan=loan, principal=repayment.principal, by=person_id, at=at)
        _pay_back(loan, repayment.taken, at)
        _apply(loan, repayment, at)
    return loan


def release_principal(*, loan: Loan, principal: int, by: UUID, at: datetime) -> None:
    """Give back trust: spread principal over the paths' outstanding parts, never above a part; the
    caller holds the loan's lock.
    """
    if not principal:
        return
    reservations = lock_reservations(loan_id=loan.id)
    parts = allocate(principal, [reservation.outstanding for reservation in reservations])
    by_line: dict[UUID, int] = {}
    for reservation, part in zip(reservations, parts, strict=True):
        _lower(reservation, part)
        for line_id in reservation.lines:
            by_line[line_id] = by_line.get(line_id, 0) + part
    release(
        amounts={line_id: amount for line_id, amount in by_line.items() if amount},
        cause=Cause(at, by=by, loan=loan.id, borrower=loan.borrower_id),
    )


def _lower(reservation: Reservation, part: int) -> None:
    Reservation.objects.filter(loan_id=reservation.loan_id, position=reservation.position).update(
        outstanding=reservation.outstanding - part
    )


def _pay_back(loan: Loan, amount: int, at: datetime) -> None:
    accounts = accounts_of(person_ids=[loan.lender_id, loan.borrower_id], currency="CNY", at=at)
    pay(
        Item(
            id=uuid7(), code="loan.repay", debit=accounts[loan.borrower_id],
            credit=accounts[loan.lender_id], amount=amount, ref=loan.id, note=loan.note,
        ),
        at=at,
    )  # fmt: skip
    notify(Tell(loan.lender_id, "money.in", about=loan.borrower_id, ref=loan.id), at=at)


def _apply(loan: Loan, repayment: interest.Repayment, at: datetime) -> None:
    loan.set_debt(repayment.debt)
    loan.repaid += repayment.taken
    if repayment.debt.closing == 0:
        loan.status = Status.CURED if loan.status == Status.DEFAULTED else Status.REPAID
        loan.closed_at = at
    elif loan.status != Status.DEFAULTED:
        loan.due_on = next_due(loan.schedule(), loan.principal)
        is_late = loan.due_on < day_of(at)
        loan.status = Status.OVERDUE if is_late else Status.OPEN
    loan.save()
    write_event(
        loan, EventKind.REPAID, day=day_of(at), at=at, by=loan.borrower_id, amount=repayment.taken,
        interest=repayment.interest, principal=repayment.principal,
    )  # fmt: skip
    record_card_change("loan", loan.id)


def age_loans(*, at: datetime) -> int:
    """Mark what is overdue, remind once a day, and let default what was overdue for 30 days.

    Returns how many loans changed.
    """
    today = day_of(at)
    due = Loan.objects.filter(status__in=Loan.OWING, due_on__lt=today).exclude(reminded_on=today)
    return go_through(due.order_by("due_on"), lambda loan_id: _age(loan_id, at))


def _age(loan_id: UUID, at: datetime) -> bool:
    today = day_of(at)
    loan = lock_loan(loan_id=loan_id)
    # Another worker may have been here between the list and the lock.
    if loan.due_on is None or loan.due_on >= today:
        return False
    if loan.status not in Loan.OWING or loan.reminded_on == today:
        return False
    lock_credit(borrower_id=loan.borrower_id)
    notices = []
    if not default_if_due(loan=loan, at=at):
        notices.append(Tell(loan.borrower_id, "reminder", about=loan.lender_id, ref=loan.id))
        if loan.reminded_on is None or loan.status == Status.OPEN:
            # The lender is told once, when it begins.
            notices.append(tell(loan=loan, owner=loan.lender_id, what="overdue"))
        loan.status = Status.OVERDUE
    loan.reminded_on = today
    loan.save()
    wake_graph()
    record_card_change("loan", loan.id)
    notify(*notices, at=at)
    return True


def default_if_due(*, loan: Loan, at: datetime) -> bool:
    """Let the loan default, once its date is there: burn the trust that the unpaid principal uses;
    return whether it did. The caller holds the locks of the loan and the borrower's credit.
    """
    defaults_on = loan.defaults_on
    if defaults_on is None or day_of(at) < defaults_on:
        return False
    # Interest stops on the day of the default, however late this runs.
    loan.set_debt(loan.debt_on(defaults_on))
    loan.status = Status.DEFAULTED
    loan.save()
    write_event(loan, EventKind.DEFAULTED, day=defaults_on, at=at, amount=loan.principal)
    _burn(loan, at)
    people = (loan.lender_id, loan.borrower_id)
    notices = [tell(loan=loan, owner=owner, what="defaulted") for owner in people]
    notify(*notices, *tell_guarantors(loan=loan, what="burned"), at=at)
    return True


def _burn(loan: Loan, at: datetime) -> None:
    by_line: dict[UUID, int] = {}
    for reservation in lock_reservations(loan_id=loan.id):
        for line_id in reservation.lines:
            by_line[line_id] = by_line.get(line_id, 0) + reservation.outstanding
        _lower(reservation, reservation.outstanding)
    burn(
        amounts={line_id: amount for line_id, amount in by_line.items() if amount},
        cause=Cause(at, loan=loan.id, borrower=loan.borrower_id),
    )
