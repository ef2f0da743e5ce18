"""Bringing the facts that rules need, in as many statements as there are needs."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from commands.arrays import column
from wallet.days import hour_of
from wallet.screening.payments import Payment
from wallet.screening.rules import statements
from wallet.screening.rules.facts import Device, Facts, Leap, Move, Seen, Side
from wallet.screening.rules.registry import Need

MOST_MOVES = 100
MOST_DEVICES = 50
MOST_PLACES = 50
MOST_FRIENDS = 500
LONGEST = timedelta(days=90)
REPORTS = timedelta(days=30)

Parts = dict[str, Any]
# How many people reported each person in the time before a moment; who keeps reports stands above.
CountReports = Callable[[Collection[UUID], datetime, datetime], Mapping[UUID, int]]
_count_reports: list[CountReports] = []


def count_reports_by(count: CountReports) -> None:
    """Say how many people have reported others for fraud: `count(people, since, until)`."""
    _count_reports.append(count)


def gather(payments: Sequence[Payment], needs: Collection[Need]) -> list[Facts]:
    """Return the facts of each payment as they stood at its moment, only what is needed.

    One statement for each need, however many payments there are.
    """
    parts: list[Parts] = [{} for _ in payments]
    for need, bring in _BRINGERS.items():
        if need in needs:
            bring(payments, parts)
    return [
        Facts(payment=payment, hour=hour_of(payment.at), **part)
        for payment, part in zip(payments, parts, strict=True)
    ]


def _ask(statement: str, terms: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, terms)
        return list(cursor.fetchall())


def _bring_sides(payments: Sequence[Payment], parts: list[Parts]) -> None:
    terms = [
        column(one.payer_id for one in payments), column(one.payee_id for one in payments),
        column(one.at for one in payments),
    ]  # fmt: skip
    for place, payer, payee, frozen, payer_case, payee_case, friends in _ask(
        statements.SIDES, terms
    ):
        parts[place] |= {
            "payer": Side(payer, case=payer_case) if payer else None,
            "payee": Side(payee, frozen, payee_case) if payee else None,
            "are_friends": friends,
        }


def _until(payments: Sequence[Payment], *sides: str) -> dict[UUID, datetime]:
    """Return the people on these sides, each with the last moment that is asked about them."""
    until: dict[UUID, datetime] = {}
    for payment in payments:
        for side in sides:
            if (person := getattr(payment, side)) is not None:
                until[person] = max(payment.at, until.get(person, payment.at))
    return until


def _by_person(until: Mapping[UUID, datetime], most: int) -> dict[str, Any]:
    return {"people": column(until), "until": column(until.values()), "most": most}


def _before(payment: Payment, moves: Iterable[Move]) -> list[Move]:
    """Return those of the moves that came before the payment, of the last 90 days."""
    return [
        one
        for one in moves
        if payment.at - LONGEST <= one.at <= payment.at
        and one.id != payment.id
        and (one.at < payment.at or one.id < payment.id)
    ]


def _bring_moves(payments: Sequence[Payment], parts: list[Parts]) -> None:
    sent: dict[UUID, list[Move]] = defaultdict(list)
    got: dict[UUID, list[Move]] = defaultdict(list)
    until = _until(payments, "payer_id", "payee_id")
    for person, is_sent, *move in _ask(statements.MOVES, _by_person(until, MOST_MOVES)):
        (sent if is_sent else got)[person].append(Move(*move))
    _add_batch(payments, sent, got)
    for payment, part in zip(payments, parts, strict=True):
        mine = _before(payment, sent[payment.payer_id])
        part |= {
            "sent": mine,
            "got": _before(payment, got[payment.payer_id]),
            "hours": [hour_of(one.at) for one in mine],
        }
        if payment.payee_id is not None:
            part |= {
                "payee_sent": _before(payment, sent[payment.payee_id]),
                "payee_got": _before(payment, got[payment.payee_id]),
            }


def _add_batch(
    payments: Sequence[Payment], sent: dict[UUID, list[Move]], got: dict[UUID, list[Move]]
) -> None:
    """Count the payments of one batch before one another: they are not written yet."""
    known = {one.id for moves in sent.values() for one in moves}
    for payment in payments:
        if payment.id in known or payment.payee_id is None:
            continue
        terms = (payment.id, payment.at, payment.amount, payment.currency)
        sent[payment.payer_id].insert(0, Move(*terms, payment.payee_id))
        got[payment.payee_id].insert(0, Move(*terms, payment.payer_id))


def _bring_flows(payments: Sequence[Payment], parts: list[Parts]) -> None:
    came_in: dict[UUID, list[Move]] = defaultdict(list)
    terms = _by_person(_until(payments, "payer_id"), MOST_MOVES)
    for person, *move in _ask(statements.FLOWS, terms):
        came_in[person].append(Move(*move))
    for payment, part in zip(payments, parts, strict=True):
        part["came_in"] = _before(payment, came_in[payment.payer_id])


def _bring_devices(payments: Sequence[Payment], parts: list[Parts]) -> None:
    terms = [
        MOST_DEVICES, column(one.payer_id for one in payments),
        column(one.payee_id for one in payments), column(one.device_id for one in payments),
        column(one.at for one in payments),
    ]  # fmt: skip
    for place, device, since, people, starts, shared in _ask(statements.DEVICES, terms):
        parts[place] |= {
            "device": Device(device, since, people) if device else None,
            "device_starts": starts,
            "payee_on_device": shared,
        }


def _bring_leaps(payments: Sequence[Payment], parts: list[Parts]) -> None:
    terms = [column(one.payer_id for one in payments), column(one.at for one in payments)]
    for place, *leap in _ask(statements.LEAPS, terms):
        parts[place]["leap"] = Leap(*leap)


def _bring_places(payments: Sequence[Payment], parts: list[Parts]) -> None:
    seen: dict[UUID, list[Seen]] = defaultdict(list)
    asked = _by_person(_until(payments, "payer_id"), MOST_PLACES)
    for person, *place in _ask(statements.PLACES, asked):
        seen[person].append(Seen(*place))
    for payment, part in zip(payments, parts, strict=True):
        part["seen"] = [one for one in seen[payment.payer_id] if one.at <= payment.at]


def _bring_ties(payments: Sequence[Payment], parts: list[Parts]) -> None:
    terms = {
        "payers": column(one.payer_id for one in payments),
        "payees": column(one.payee_id for one in payments),
        "at": column(one.at for one in payments), "most": MOST_FRIENDS,
    }  # fmt: skip
    for place, hops, blocked in _ask(statements.TIES, terms):
        parts[place] |= {"hops": hops, "blocked_friends": blocked}


def _bring_reports(payments: Sequence[Payment], parts: list[Parts]) -> None:
    # A report counts from its day on: nobody needs it to the second in a batch.
    until = max(one.at for one in payments)
    people = {one.payee_id for one in payments if one.payee_id is not None}
    counts = [count(people, until - REPORTS, until) for count in _count_reports]
    for payment, part in zip(payments, parts, strict=True):
        if payment.payee_id is not None:
            part["reporters"] = sum(found.get(payment.payee_id, 0) for found in counts)


_BRINGERS: dict[Need, Callable[[Sequence[Payment], list[Parts]], None]] = {
    "sides": _bring_sides,
    "moves": _bring_moves,
    "flows": _bring_flows,
    "devices": _bring_devices,
    "leaps": _bring_leaps,
    "places": _bring_places,
    "ties": _bring_ties,
    "reports": _bring_reports,
}
