"""Repaying, and what happens when nobody does: overdue, default, burn."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from commands.arrays import column
from graph.limits.flow import sum_by_line
from graph.trust.services import Cause, burn, release
from outbox.notices.services import Tell, notify
from wallet.accounts.events import wake_graph
from wallet.accounts.services import pay
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
from wallet.screening.accounts import accounts_and_mark
from wallet.screening.payments import Payment
from wallet.screening.services import require_allowed
from wallet.splits.allocate import allocate

COMMAND = "loan.repay"
# One statement for all paths: each that changes reservations tells the graph of every guarantor.
LOWER = """
    UPDATE lending_reservation AS used SET outstanding = outstanding - lowered.part
    FROM unnest(%(positions)s::int[], %(parts)s::bigint[]) AS lowered (position, part)
    WHERE used.loan_id = %(loan)s AND used.position = lowered.position
"""


def repay(
    *, loan_id: UUID, person_id: UUID, amount: int, at: datetime, device_id: UUID | None = None
) -> Loan:
    """Repay some or all: interest first; offering more than is owed takes what is owed.

    Principal that comes back before a default gives back the trust it used, path by path. After a
    default the lender is still paid, and the loan is `cured` once nothing is owed; burned trust
    stays burned. The date decides which it is, whether or not the sweeper has run.

    Raises LoanNotFound (also for anybody but the borrower), NotOpen, InsufficientFunds, PinRequired
    and Denied.
    """
    with transaction.atomic():
        loan = lock_loan(loan_id=loan_id)
        if loan.borrower_id != person_id:
            raise LoanNotFound()
        if loan.status not in Loan.OUTSTANDING:
            raise NotOpen(status=loan.status_at(at))
        lock_credit(borrower_id=loan.borrower_id)
        default_if_due(loan=loan, at=at)
        repayment = interest.repay(loan.debt_on(day_of(at)), amount)
        accounts, mark = _find_accounts(loan, at)
        payment = Payment(
            uuid7(), COMMAND, loan.borrower_id, loan.lender_id, repayment.taken, loan.currency, at,
            device_id,
        )  # fmt: skip
        require_allowed(payment, mark=mark)
        if loan.status != Status.DEFAULTED:
            release_principal(loan=loan, principal=repayment.principal, by=person_id, at=at)
        _pay_back(loan, payment, accounts)
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
    release(
        amounts=_lower(loan, reservations, parts),
        cause=Cause(at, by=by, loan=loan.id, borrower=loan.borrower_id),
    )


def _lower(
    loan: Loan, reservations: Sequence[Reservation], parts: Sequence[int]
) -> dict[UUID, int]:
    """Lower each reservation by its part, and return by how much that lowers each line."""
    lowered = [(one, part) for one, part in zip(reservations, parts, strict=True) if part]
    with connection.cursor() as cursor:
        cursor.execute(
            LOWER,
            {
                "loan": loan.id,
                "positions": column(one.position for one, _ in lowered),
                "parts": column(part for _, part in lowered),
            },
        )
    return sum_by_line((one.lines, part) for one, part in lowered)


def _find_accounts(loan: Loan, at: datetime) -> tuple[dict[UUID, UUID], int]:
    sides = [loan.lender_id, loan.borrower_id]
    return accounts_and_mark(person_ids=sides, currency=loan.currency, at=at)


def _pay_back(loan: Loan, payment: Payment, accounts: Mapping[UUID, UUID]) -> None:
    pay(
        Item(
            id=payment.posting_id, code=COMMAND, debit=accounts[loan.borrower_id],
            credit=accounts[loan.lender_id], amount=payment.amount, ref=loan.id, note=loan.note,
        ),
        at=payment.at,
    )  # fmt: skip
    notify(Tell(loan.lender_id, "money.in", about=loan.borrower_id, ref=loan.id), at=payment.at)


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
    reservations = lock_reservations(loan_id=loan.id)
    burn(
        amounts=_lower(loan, reservations, [one.outstanding for one in reservations]),
        cause=Cause(at, loan=loan.id, borrower=loan.borrower_id),
    )
