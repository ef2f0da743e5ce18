"""The statement of a loan: what happened, the interest between, and what was owed after each."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from wallet.lending.interest import Debt
from wallet.lending.models import Event, EventKind, Loan

CSV_HEAD = (
    "date", "kind", "amount", "interest", "principal", "days", "interest_a_day_micro",
    "interest_micro", "principal_left", "interest_left_micro", "owed",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of a statement, and the debt after it; amounts in minor units, `_micro` in
    millionths of those.

    An event has its `amount` and the parts of it. A line of kind `interest` stands for `days`
    dates up to and with `day`, on each of which `interest_a_day_micro` was added: in all,
    `interest_micro`.
    """

    kind: str
    day: date
    debt: Debt
    at: datetime | None = None
    by: UUID | None = None
    amount: int = 0
    interest: int = 0
    principal: int = 0
    days: int = 0
    interest_a_day_micro: int = 0
    interest_micro: int = 0


def make_statement(*, loan: Loan, events: Sequence[Event], today: date) -> list[Line]:
    """Return the loan's events in their order, with the interest of the days between, up to
    today.

    What each line says is owed follows from the line before it; the last one says what is owed
    today.
    """
    lines: list[Line] = []
    debt, grows = None, True
    for event in events:
        if debt is not None and grows:
            lines += _accrual(debt, event.day)
        debt = Debt(
            event.principal_left, int(event.interest_left_micro), event.day, loan.daily_rate_ppm
        )
        lines.append(
            Line(
                event.kind, event.day, debt, at=event.at, by=event.by, amount=event.amount,
                interest=event.interest, principal=event.principal, days=event.days,
            )
        )  # fmt: skip
        # From a default on nothing more is added, whatever is paid.
        grows = grows and event.kind != EventKind.DEFAULTED and not _is_of_default(event, loan)
    if debt is not None and loan.defaults_on is not None:
        lines += _accrual(debt, min(today, loan.defaults_on))
    return lines


def _is_of_default(carried: Event, loan: Loan) -> bool:
    """Tell whether a loan was in default already when its statement began."""
    if carried.kind != EventKind.CARRIED or loan.due_on is None:
        return False
    # A default leaves the date that was missed, and interest up to its own; before one interest is
    # written down no further than that, and the date only moves on.
    return carried.day >= loan.defaults_after(loan.due_on)


def _accrual(debt: Debt, to: date) -> list[Line]:
    a_day = debt.principal * debt.ppm
    days = (to - debt.accrued_on).days
    if days <= 0 or a_day == 0:
        return []
    grown = debt.accrue(to)
    return [
        Line(
            "interest", to, grown, days=days, interest_a_day_micro=a_day,
            interest_micro=a_day * days,
        )
    ]  # fmt: skip


def write_csv(lines: Sequence[Line]) -> str:
    """Return a statement as CSV, interest with a line for each date."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_HEAD)
    for line in lines:
        for one in _by_day(line):
            writer.writerow(
                [
                    one.day.isoformat(), one.kind, one.amount, one.interest, one.principal,
                    one.days, one.interest_a_day_micro, one.interest_micro, one.debt.principal,
                    one.debt.interest_micro, one.debt.closing,
                ]
            )  # fmt: skip
    return text.getvalue()


def _by_day(line: Line) -> Iterator[Line]:
    if line.kind != "interest":
        yield line
        return
    first = line.day - timedelta(days=line.days - 1)
    debt = Debt(
        line.debt.principal, line.debt.interest_micro - line.interest_micro,
        first - timedelta(days=1), line.debt.ppm,
    )  # fmt: skip
    for place in range(line.days):
        day = first + timedelta(days=place)
        debt = debt.accrue(day)
        yield replace(line, day=day, debt=debt, days=1, interest_micro=line.interest_a_day_micro)
