"""Asking for a loan and answering: grant, refuse, withdraw."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from commands.errors import Busy, Refusal
from graph.friends.selectors import are_friends, blocked_between
from graph.limits.flow import Path, sum_by_line, take
from graph.limits.selectors import Flow, find_flow_in_postgres
from graph.people.models import Tier
from graph.people.selectors import get_present_person, require_tier
from graph.trust.locks import lock_lines
from graph.trust.models import Lenders, Line
from graph.trust.services import Cause, reserve
from outbox.notices.services import Tell, notify
from wallet.accounts.events import wake_graph
from wallet.accounts.services import pay
from wallet.card_events import record_card_change
from wallet.days import day_of
from wallet.ledger.errors import SameAccount
from wallet.ledger.services import Item
from wallet.lending.allowances import permits
from wallet.lending.errors import LoanNotFound, NotOpen, OverLimit, OwnCap, TooManyAsks
from wallet.lending.events import write_event
from wallet.lending.gating import COMMAND, Proposed
from wallet.lending.interest import Debt
from wallet.lending.locks import lock_allowance, lock_credit, lock_loan
from wallet.lending.models import EventKind, Loan, Reservation, Status
from wallet.lending.schedule import next_due
from wallet.lending.selectors import get_cap
from wallet.lending.telling import tell, tell_guarantors
from wallet.limits.pins import prove
from wallet.rounds import go_through
from wallet.screening.accounts import accounts_and_mark
from wallet.screening.judges import Early
from wallet.screening.payments import Payment
from wallet.screening.services import require_allowed

ATTEMPTS = 3


class _LineChanged(Exception):
    """A line that the flow was to use has less free by now."""


def ask(
    *,
    borrower_id: UUID,
    lender_id: UUID,
    amount: int,
    days: int,
    daily_rate_ppm: int,
    instalments: int,
    note: str,
    room_id: UUID | None,
    flow: Flow,
    at: datetime,
    proposed: Proposed | None = None,
) -> Loan:
    """Ask for a loan within the limit; it reserves nothing and lives 7 days.

    Where the lender has permitted it beforehand it is granted at once, in the same transaction and
    by the same checks; what they refuse remains an ask. `proposed` is what was asked before about
    that, and brings the loan's id. Raises SameAccount, PersonNotFound, OverLimit, OwnCap,
    TooManyAsks.
    """
    if borrower_id == lender_id:
        raise SameAccount()
    get_present_person(person_id=lender_id)
    loan = Loan(
        id=proposed.early.payment.id if proposed else uuid7(), lender_id=lender_id,
        borrower_id=borrower_id, amount=amount, days=days,
        daily_rate_ppm=daily_rate_ppm, instalments=instalments, note=note, room_id=room_id,
        asked_at=at, ask_expires_at=at + timedelta(days=settings.LOAN_ASK_DAYS),
    )  # fmt: skip
    with transaction.atomic():
        allowance = lock_allowance(lender_id=lender_id, borrower_id=borrower_id)
        lock_credit(borrower_id=borrower_id)
        asks = Loan.objects.filter(
            borrower_id=borrower_id, status=Status.ASKED, ask_expires_at__gt=at
        )
        if asks.count() >= settings.LOAN_OPEN_ASKS:
            raise TooManyAsks(most=settings.LOAN_OPEN_ASKS)
        _enough(loan, flow, at)
        loan.save(force_insert=True)
        wake_graph()
        if allowance and permits(allowance=allowance, amount=amount, at=at):
            loan = _grant_as_permitted(loan, flow, at, proposed)
        if loan.status == Status.ASKED:
            notify(Tell(lender_id, "loan.asked", about=borrower_id, ref=loan.id, text=note), at=at)
    return loan


def _grant_as_permitted(asked: Loan, flow: Flow, at: datetime, proposed: Proposed | None) -> Loan:
    """Grant what was just asked for, or leave it an ask where its lender could not grant it now."""
    try:
        with transaction.atomic():
            require_tier(person_id=asked.lender_id, tier=Tier.REAL_NAME)
            # Their PIN was asked for when they gave the permission.
            prove(person_id=asked.lender_id)
            loan = grant(
                loan_id=asked.id, person_id=asked.lender_id, flow=flow, at=at, proposed=proposed
            )
            loan.permitted = True
            loan.save(update_fields=["permitted"])
            notify(tell(loan=loan, owner=loan.lender_id, what="lent"), at=at)
    except Refusal as refusal:
        if refusal.leaves:
            refusal.leaves()
        # Why is the lender's: that they have too little, for example.
        return asked
    return loan


def _enough(loan: Loan, flow: Flow, at: datetime) -> Flow:
    """Return a flow that carries the loan; the caller holds the lock of the borrower's credit.
    Raises OverLimit or OwnCap, whichever binds.
    """
    if blocked_between(one=loan.borrower_id, other=loan.lender_id):
        # The same as between strangers, so that nobody learns of a block.
        raise OverLimit(limit=0)
    if flow.value < loan.amount and flow.source != "postgres":
        # Nobody is refused because the graph was a moment behind.
        flow = find_flow_in_postgres(lender_id=loan.lender_id, borrower_id=loan.borrower_id, at=at)
    cap = get_cap(borrower_id=loan.borrower_id, at=at, without=loan.id)
    if loan.amount > min(flow.value, cap):
        refusal = OwnCap if cap < flow.value else OverLimit
        raise refusal(limit=min(flow.value, cap))
    return flow


def grant(
    *, loan_id: UUID, person_id: UUID, flow: Flow, at: datetime, proposed: Proposed | None = None
) -> Loan:
    """Lend: reserve the trust that carries the loan and pay it out, together or not at all.

    The limit is computed again; `flow` is a proposal that may be a moment old, and `proposed` what
    was asked about it before. Raises LoanNotFound (also for anybody but the lender), NotOpen,
    OverLimit, OwnCap, InsufficientFunds, PinRequired and Denied, and Busy when lines kept changing.
    """
    with transaction.atomic():
        loan = _lock_ask(loan_id, at)
        if loan.lender_id != person_id:
            raise LoanNotFound()
        lock_credit(borrower_id=loan.borrower_id)
        flow = _enough(loan, flow, at)
        sides = [loan.lender_id, loan.borrower_id]
        accounts, mark = accounts_and_mark(person_ids=sides, currency=loan.currency, at=at)
        early = proposed.early if proposed else None
        require_allowed(_payment(loan, at, early), mark=mark, early=early)
        _reserve(loan, flow, at, proposed)
        _open(loan, at)
        _pay_out(loan, accounts, at)
    return loan


def _payment(loan: Loan, at: datetime, early: Early | None) -> Payment:
    # A lender who has permitted it is not there, and signed in by nothing.
    return Payment(
        id=loan.id, command=COMMAND, payer_id=loan.lender_id, payee_id=loan.borrower_id,
        amount=loan.amount, currency=loan.currency, at=at,
        device_id=early.payment.device_id if early else None,
    )  # fmt: skip


def _lock_ask(loan_id: UUID, at: datetime) -> Loan:
    loan = lock_loan(loan_id=loan_id)
    if loan.status_at(at) != Status.ASKED:
        raise NotOpen(status=loan.status_at(at))
    return loan


def _reserve(loan: Loan, flow: Flow, at: datetime, proposed: Proposed | None) -> None:
    """Reserve a part of one maximum flow that carries the loan; at most three times anew."""
    for _ in range(ATTEMPTS):
        paths = take(flow.paths, loan.amount)
        if proposed:
            proposed.require_tested(paths)
        try:
            # A savepoint, so that the locks of an attempt that fails are given up and the next one
            # takes its own in order.
            with transaction.atomic():
                _reserve_paths(loan, paths, at)
        except _LineChanged:
            flow = find_flow_in_postgres(
                lender_id=loan.lender_id, borrower_id=loan.borrower_id, at=at
            )
            flow = _enough(loan, flow, at)
            continue
        return
    raise Busy()


def _reserve_paths(loan: Loan, paths: list[Path], at: datetime) -> None:
    amounts = sum_by_line((path.lines, path.amount) for path in paths)
    locked = lock_lines(line_ids=amounts)
    for line_id, amount in amounts.items():
        line = locked.get(line_id)
        if line is None or line.free < amount or not _may_use(line, loan.lender_id):
            raise _LineChanged
    cause = Cause(at, by=loan.lender_id, loan=loan.id, borrower=loan.borrower_id)
    reserve(amounts=amounts, locked=locked, cause=cause)
    Reservation.objects.bulk_create(
        Reservation(
            loan_id=loan.id, position=position, lines=list(path.lines), amount=path.amount,
            outstanding=path.amount,
        )
        for position, path in enumerate(paths)
    )  # fmt: skip


def _may_use(line: Line, lender_id: UUID) -> bool:
    if line.giver_id == lender_id or line.lenders == Lenders.ANY:
        return True
    return line.lenders == Lenders.FRIENDS and are_friends(one=line.giver_id, other=lender_id)


def _open(loan: Loan, at: datetime) -> None:
    today = day_of(at)
    loan.status = Status.OPEN
    loan.granted_on = today
    loan.set_debt(Debt(loan.amount, 0, today, loan.daily_rate_ppm))
    loan.due_on = next_due(loan.schedule(), loan.principal)
    loan.save()
    write_event(loan, EventKind.GRANTED, day=today, at=at, by=loan.lender_id, amount=loan.amount)
    record_card_change("loan", loan.id)


def _pay_out(loan: Loan, accounts: Mapping[UUID, UUID], at: datetime) -> None:
    pay(
        Item(
            id=uuid7(), code="loan.grant", debit=accounts[loan.lender_id],
            credit=accounts[loan.borrower_id], amount=loan.amount, ref=loan.id, note=loan.note,
        ),
        at=at,
    )  # fmt: skip
    borrower = Tell(loan.borrower_id, "money.in", about=loan.lender_id, ref=loan.id)
    notify(borrower, *tell_guarantors(loan=loan, what="used"), at=at)


def refuse(*, loan_id: UUID, person_id: UUID, at: datetime) -> Loan:
    """Say no to an ask. Raises LoanNotFound (also for anybody but the lender) and NotOpen."""
    return _end_ask(loan_id, person_id, Status.REFUSED, at)


def withdraw(*, loan_id: UUID, person_id: UUID, at: datetime) -> Loan:
    """Take an ask back. Raises LoanNotFound (also for anybody but the borrower) and NotOpen."""
    return _end_ask(loan_id, person_id, Status.WITHDRAWN, at)


def _end_ask(loan_id: UUID, person_id: UUID, status: Status, at: datetime) -> Loan:
    with transaction.atomic():
        loan = lock_loan(loan_id=loan_id)
        allowed = loan.lender_id if status == Status.REFUSED else loan.borrower_id
        if person_id != allowed:
            raise LoanNotFound()
        if loan.status_at(at) != Status.ASKED:
            raise NotOpen(status=loan.status_at(at))
        loan.status = status
        loan.closed_at = at
        loan.save(update_fields=["status", "closed_at"])
        wake_graph()
        record_card_change("loan", loan.id)
    return loan


def expire_asks(*, at: datetime) -> int:
    """End asks that nobody answered in time; return how many."""
    due = Loan.objects.filter(status=Status.ASKED, ask_expires_at__lte=at)
    return go_through(due.order_by("ask_expires_at"), lambda loan_id: _expire_ask(loan_id, at))


def _expire_ask(loan_id: UUID, at: datetime) -> bool:
    loan = lock_loan(loan_id=loan_id)
    if loan.status != Status.ASKED:
        return False
    loan.status = Status.EXPIRED
    loan.closed_at = at
    loan.save(update_fields=["status", "closed_at"])
    wake_graph()
    record_card_change("loan", loan.id)
    notify(Tell(loan.borrower_id, "card.expired", ref=loan.id), at=at)
    return True
