"""Reading loans and limits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from graph.friends.selectors import are_friends, blocked_between, friend_ids
from graph.limits.flow import Path, take
from graph.limits.selectors import Flow, find_flow
from graph.people.selectors import get_person, get_tier
from graph.trust.models import Line
from wallet.days import day_of
from wallet.lending.errors import LoanNotFound
from wallet.lending.models import Loan, Reservation, Status

RISK = "risk"


@dataclass(frozen=True)
class Limit:
    """How much a lender may lend a borrower now, and why (minor units).

    `limit` is the smaller of the flow of trust and the borrower's own cap; `paths` carry exactly
    it.
    """

    limit: int
    cap: int
    flow: Flow
    paths: list[Path]


def get_cap(*, borrower_id: UUID, at: datetime, without: UUID | None = None) -> int:
    """Return how much more the borrower may owe: by tier, less what is owed and asked for.

    0 while anything is overdue or in default. `without` leaves out one ask, which is just being
    granted.
    """
    live = Loan.objects.filter(
        borrower_id=borrower_id,
        status__in=[Status.ASKED, Status.OPEN, Status.OVERDUE, Status.DEFAULTED],
    )
    used = 0
    for loan in live:
        if loan.id == without:
            continue
        status = loan.status_at(at)
        if status in (Status.OVERDUE, Status.DEFAULTED):
            return 0
        if status == Status.ASKED:
            used += loan.amount
        elif status == Status.OPEN:
            used += loan.principal
    whole: int = settings.LOAN_CAPS[get_tier(person_id=borrower_id)]
    return max(0, whole - used)


def get_limit(*, lender_id: UUID, borrower_id: UUID, at: datetime) -> Limit:
    """Return how much the lender may lend the borrower, with the paths that carry it.

    Nothing, as between strangers, where one has blocked the other.
    """
    flow = find_flow(lender_id=lender_id, borrower_id=borrower_id, at=at)
    if blocked_between(one=lender_id, other=borrower_id):
        flow = replace(flow, value=0, direct=0, paths=[])
    return bound(flow, get_cap(borrower_id=borrower_id, at=at))


def bound(flow: Flow, cap: int) -> Limit:
    """Return the limit of a flow under a cap: a part of the flow's paths that carries just that."""
    limit = min(flow.value, cap)
    return Limit(limit=limit, cap=cap, flow=flow, paths=take(flow.paths, limit))


def may_see_cap(*, limit: Limit, lender_id: UUID, borrower_id: UUID, reader_id: UUID) -> bool:
    """Tell whether the borrower's cap, from which follows what they owe, is for the reader's eyes.

    It is the borrower's own, and a lender's whom friendship or trust joins to them.
    """
    return (
        reader_id == borrower_id
        or limit.flow.value > 0
        or are_friends(one=lender_id, other=borrower_id)
        or is_risk(reader_id)
    )


def visible_people(*, reader_id: UUID) -> set[UUID] | None:
    """Return the people whose names the reader may see on a path; None means all of them."""
    if RISK in get_person(person_id=reader_id).roles:
        return None
    return friend_ids(person_id=reader_id) | {reader_id}


@dataclass(frozen=True)
class Reserved:
    """How much of a trust line a loan uses."""

    giver: UUID
    receiver: UUID
    amount: int


def access_loan(*, loan_id: UUID, person_id: UUID) -> Loan:
    """Return a loan that the person may see: as lender, borrower, guarantor or for risk.

    Raises LoanNotFound.
    """
    loan = Loan.objects.filter(id=loan_id).first()
    if loan is None:
        raise LoanNotFound()
    if person_id in (loan.lender_id, loan.borrower_id) or is_risk(person_id):
        return loan
    if person_id in guarantor_ids(loan=loan):
        return loan
    raise LoanNotFound()


def guarantor_ids(*, loan: Loan) -> set[UUID]:
    """Return who stands behind the loan, or stood behind it before it was repaid or burned their
    line.
    """
    reservations = Reservation.objects.filter(loan_id=loan.id)
    lines = {line_id for reservation in reservations for line_id in reservation.lines}
    givers = Line.objects.filter(id__in=lines).values_list("giver_id", flat=True)
    return set(givers) - {loan.lender_id}


def list_reserved(*, loans: Sequence[Loan], reader_id: UUID) -> dict[UUID, list[Reserved]]:
    """Return what each loan uses of trust lines: all for its lender and risk, own lines for a
    guarantor; in three statements, however many loans there are.
    """
    sees_all = is_risk(reader_id)
    used: dict[UUID, dict[UUID, int]] = {loan.id: {} for loan in loans}
    for row in Reservation.objects.filter(loan_id__in=used, outstanding__gt=0):
        amounts = used[row.loan_id]
        for line_id in row.lines:
            amounts[line_id] = amounts.get(line_id, 0) + row.outstanding
    lines = Line.objects.in_bulk({line_id for amounts in used.values() for line_id in amounts})
    return {
        loan.id: [
            Reserved(lines[line_id].giver_id, lines[line_id].receiver_id, amount)
            for line_id, amount in sorted(used[loan.id].items())
            if sees_all or reader_id in (loan.lender_id, lines[line_id].giver_id)
        ]
        for loan in loans
    }


def is_risk(person_id: UUID) -> bool:
    """Tell whether the person belongs to the risk team."""
    return RISK in get_person(person_id=person_id).roles


def list_loans(*, person_id: UUID, role: str) -> list[Loan]:
    """Return the loans in which the person is lender, borrower or guarantor, newest first.

    Who stood behind a loan keeps seeing it after it was repaid, or after it burned their line.
    """
    if role == "guarantor":
        own = Line.objects.filter(giver_id=person_id).values_list("id", flat=True)
        using = Reservation.objects.filter(lines__overlap=list(own))
        rows = Loan.objects.filter(id__in=using.values("loan_id")).exclude(lender_id=person_id)
    else:
        rows = Loan.objects.filter(**{f"{role}_id": person_id})
    return list(rows.order_by("-id")[:200])


def describe_card(*, loan_id: UUID, at: datetime) -> dict[str, Any]:
    """Return the card as all members of the room see it; guarantors stay out of it."""
    loan = Loan.objects.get(id=loan_id)
    return {
        "type": "loan",
        "id": str(loan.id),
        "status": loan.status_at(at),
        "lender": str(loan.lender_id),
        "borrower": str(loan.borrower_id),
        "amount": loan.amount,
        "currency": "CNY",
        "days": loan.days,
        "daily_rate_ppm": loan.daily_rate_ppm,
        "note": loan.note,
        "due_on": loan.due_on.isoformat() if loan.due_on else None,
        "owed": loan.debt_on(day_of(at)).closing,
    }
