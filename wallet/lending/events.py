"""What happens to a loan, written down for its statement."""

from datetime import date, datetime
from uuid import UUID

from wallet.accounts.events import wake_graph
from wallet.lending.models import Event, EventKind, Loan


def write_event(
    loan: Loan,
    kind: EventKind,
    *,
    day: date,
    at: datetime,
    by: UUID | None = None,
    amount: int = 0,
    interest: int = 0,
    principal: int = 0,
    days: int = 0,
) -> None:
    """Write down what has just happened to a loan whose lock the caller holds, and what is owed
    now.
    """
    number = Event.objects.filter(loan_id=loan.id).count() + 1
    Event.objects.create(
        loan_id=loan.id, number=number, kind=kind, at=at, day=day, by=by, amount=amount,
        interest=interest, principal=principal, days=days, principal_left=loan.principal,
        interest_left_micro=loan.interest_micro,
    )  # fmt: skip
    wake_graph()


def list_events(*, loan_id: UUID) -> list[Event]:
    """Return what happened to a loan, in that order."""
    return list(Event.objects.filter(loan_id=loan_id).order_by("number"))
