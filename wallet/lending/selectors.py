"""Reading loans and limits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from commands.questions import ask_together
from graph.friends.selectors import blocked_among, friend_ids
from graph.friends.ties import Two, about_two, list_friendly
from graph.limits.around import find_flows
from graph.limits.flow import Path, sum_by_line, take
from graph.limits.selectors import Flow, Level, Source, about_level, find_flow
from graph.people.errors import PersonNotFound
from graph.people.selectors import get_person
from graph.trust.models import Line
from wallet.days import day_of
from wallet.lending.errors import LoanNotFound
from wallet.lending.models import Loan, Reservation
from wallet.lending.standing import (
    Standing,
    about_standings,
    list_standings,
    make_standings,
)

RISK = "risk"


@dataclass(frozen=True)
class Limit:
    """How much a lender may lend a borrower now, and why (minor units).

    `limit` is the smaller of the flow of trust and the borrower's own cap; `paths` carry exactly
    it. `standing` is what the cap is made of; `are_friends` tells of the two.
    """

    limit: int
    cap: int
    flow: Flow
    paths: list[Path]
    standing: Standing
    are_friends: bool = False


def get_cap(*, borrower_id: UUID, at: datetime, without: UUID | None = None) -> int:
    """Return how much more the borrower may owe: by tier and score, less what is owed and
    asked for.

    0 while anything is overdue or in default. `without` leaves out one ask, which is just being
    granted.
    """
    return list_standings(borrower_ids=[borrower_id], at=at, without=without)[borrower_id].cap


@dataclass(frozen=True)
class Facts:
    """What a limit takes of PostgreSQL: what the two are to each other, whether Neo4j is level,
    and what `make_standings` has to know of the borrower.
    """

    two: Two
    level: Level
    of_standing: list[Any]


def find_facts(*, lender_id: UUID, borrower_id: UUID, reader_id: UUID | None = None) -> Facts:
    """Return what a limit takes of PostgreSQL, on one way there."""
    two, level, *of_standing = ask_together([
        about_two(one=lender_id, other=borrower_id, reader=reader_id),
        about_level(lender_id=lender_id, borrower_id=borrower_id),
        *about_standings([borrower_id]),
    ])  # fmt: skip
    return Facts(two=two, level=level, of_standing=of_standing)


def get_limit(
    *, lender_id: UUID, borrower_id: UUID, at: datetime, facts: Facts | None = None
) -> Limit:
    """Return how much the lender may lend the borrower, with the paths that carry it. `facts` is
    for who has just found them.

    Nothing, as between strangers, where one has blocked the other. Raises PersonNotFound.
    """
    facts = facts or find_facts(lender_id=lender_id, borrower_id=borrower_id)
    two = facts.two
    if borrower_id not in two.tiers:
        raise PersonNotFound()
    flow = find_flow(lender_id=lender_id, borrower_id=borrower_id, at=at, level=facts.level)
    tiers = {borrower_id: two.tiers[borrower_id]}
    standing = make_standings(tiers=tiers, answers=facts.of_standing, at=at)[borrower_id]
    limit = bound(without_flow(flow) if two.blocked else flow, standing)
    return replace(limit, are_friends=two.friends)


def list_limits(
    *,
    pairs: Sequence[tuple[UUID, UUID]],
    at: datetime,
    source: Source | None = None,
    keep_solved: bool = False,
) -> dict[tuple[UUID, UUID], Limit]:
    """Return the limit of each pair of a lender and a borrower, each as `get_limit` does, in a
    fixed number of questions. `keep_solved` keeps of each what `list_tight` wants. Raises
    GraphUnavailable where Neo4j was asked for and is away.
    """
    flows = find_flows(pairs=pairs, at=at, source=source, keep_solved=keep_solved)
    standings = list_standings(borrower_ids={borrower for _, borrower in flows}, at=at)
    blocks = blocked_among(flows.keys() | {(borrower, lender) for lender, borrower in flows})
    blocked = blocks | {(blocked, blocker) for blocker, blocked in blocks}
    friends = list_friendly(pairs=flows)
    limits = {}
    for pair, flow in flows.items():
        shown = without_flow(flow) if pair in blocked else flow
        limits[pair] = replace(bound(shown, standings[pair[1]]), are_friends=pair in friends)
    return limits


def without_flow(flow: Flow) -> Flow:
    """Return what is shown of a flow between two of whom one has blocked the other."""
    return replace(flow, value=0, direct=0, paths=[], solved=None)


def bound(flow: Flow, standing: Standing) -> Limit:
    """Return the limit of a flow under a cap: a part of the flow's paths that carries just that."""
    limit = min(flow.value, standing.cap)
    return Limit(
        limit=limit, cap=standing.cap, flow=flow, paths=take(flow.paths, limit), standing=standing
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
    parts: dict[UUID, list[tuple[list[UUID], int]]] = {loan.id: [] for loan in loans}
    for row in Reservation.objects.filter(loan_id__in=parts, outstanding__gt=0):
        parts[row.loan_id].append((row.lines, row.outstanding))
    used = {loan_id: sum_by_line(of_loan) for loan_id, of_loan in parts.items()}
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
