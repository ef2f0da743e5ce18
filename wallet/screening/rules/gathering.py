"""Bringing the facts that rules need, in as many statements as there are needs."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
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


def gather(
    payments: Sequence[Payment], needs: Collection[Need], *, are_made: bool = False
) -> list[Facts]:
    """Return the facts of each payment as they stood at its moment, only what is needed.

    One statement for each need, however many payments there are. Payments that are about to be made
    are all of one moment, and count before one another; those that `are_made` may be of any.
    """
    parts: list[Parts] = [{} for _ in payments]
    for need, bring in _BRINGERS.items():
        if need in needs:
            bring(payments, parts, are_made=are_made)
    return [
        Facts(payment=payment, hour=hour_of(payment.at), **part)
        for payment, part in zip(payments, parts, strict=True)
    ]


def _ask(statement: str, terms: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, terms)
        return list(cursor.fetchall())


def _bring_sides(payments: Sequence[Payment], parts: list[Parts], *, are_made: bool) -> None:
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


class _Asked:
    """Whom a statement is asked about, each until a moment: once for a batch, and for each moment
    where payments are made.
    """

    def __init__(self, payments: Sequence[Payment], *sides: str, are_made: bool) -> None:
        self._are_made = are_made
        self._until: dict[tuple[UUID, datetime | None], datetime] = {}
        for payment in payments:
            for side in sides:
                if (person := getattr(payment, side)) is not None:
                    key = self._key(person, payment)
                    self._until[key] = max(payment.at, self._until.get(key, payment.at))
        self._places = {key: place for place, key in enumerate(self._until)}

    def _key(self, person: UUID, payment: Payment) -> tuple[UUID, datetime | None]:
        return person, payment.at if self._are_made else None

    def place(self, person: UUID, payment: Payment) -> int:
        """Return the place of what the statement says of a side of a payment."""
        return self._places[self._key(person, payment)]

    def terms(self, most: int) -> dict[str, Any]:
        """Return the statement's parameters."""
        return {
            "people": column(person for person, _ in self._until),
            "until": column(self._until.values()), "most": most,
        }  # fmt: skip


def _before(payment: Payment, moves: Iterable[Move]) -> list[Move]:
    """Return those of the moves that came before the payment, of the last 90 days."""
    return [
        one
        for one in moves
        if payment.at - LONGEST <= one.at <= payment.at
        and one.id != payment.posting_id
        and (one.at < payment.at or one.id < payment.posting_id)
    ]


def _bring_moves(payments: Sequence[Payment], parts: list[Parts], *, are_made: bool) -> None:
    sent: dict[int, list[Move]] = defaultdict(list)
    got: dict[int, list[Move]] = defaultdict(list)
    asked = _Asked(payments, "payer_id", "payee_id", are_made=are_made)
    for place, is_sent, *move in _ask(statements.MOVES, asked.terms(MOST_MOVES)):
        (sent if is_sent else got)[place].append(Move(*move))
    if not are_made:
        _add_batch(payments, asked, sent, got)
    for payment, part in zip(payments, parts, strict=True):
        mine = asked.place(payment.payer_id, payment)
        part |= {"sent": _before(payment, sent[mine]), "got": _before(payment, got[mine])}
        part["hours"] = [hour_of(one.at) for one in part["sent"]]
        if payment.payee_id is not None:
            theirs = asked.place(payment.payee_id, payment)
            part |= {
                "payee_sent": _before(payment, sent[theirs]),
                "payee_got": _before(payment, got[theirs]),
            }


def _add_batch(
    payments: Sequence[Payment],
    asked: _Asked,
    sent: dict[int, list[Move]],
    got: dict[int, list[Move]],
) -> None:
    """Count the payments of one batch before one another: they are not written yet."""
    for payment in payments:
        terms = (payment.posting_id, payment.at, payment.amount, payment.currency)
        payer = asked.place(payment.payer_id, payment)
        sent[payer].insert(0, Move(*terms, payment.payee_id))
        if payment.payee_id is not None:
            payee = asked.place(payment.payee_id, payment)
            got[payee].insert(0, Move(*terms, payment.payer_id))


def _bring_flows(payments: Sequence[Payment], parts: list[Parts], *, are_made: bool) -> None:
    came_in: dict[int, list[Move]] = defaultdict(list)
    asked = _Asked(payments, "payer_id", are_made=are_made)
    for place, *move in _ask(statements.FLOWS, asked.terms(MOST_MOVES)):
        came_in[place].append(Move(*move))
    for payment, part in zip(payments, parts, strict=True):
        mine = asked.place(payment.payer_id, payment)
        part["came_in"] = _before(payment, came_in[mine])


def _bring_devices(payments: Sequence[Payment], parts: list[Parts], *, are_made: bool) -> None:
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


def _bring_leaps(payments: Sequence[Payment], parts: list[Parts], *, are_made: bool) -> None:
    terms = [column(one.payer_id for one in payments), column(one.at for one in payments)]
    for place, *leap in _ask(statements.LEAPS, terms):
        parts[place]["leap"] = Leap(*leap)


def _bring_places(payments: Sequence[Payment], parts: list[Parts], *, are_made: bool) -> None:
    seen: dict[int, list[Seen]] = defaultdict(list)
    asked = _Asked(payments, "payer_id", are_made=are_made)
    for place, *where in _ask(statements.PLACES, asked.terms(MOST_PLACES)):
        seen[place].append(Seen(*where))
    for payment, part in zip(payments, parts, strict=True):
        mine = seen[asked.place(payment.payer_id, payment)]
        part["seen"] = [one for one in mine if one.at <= payment.at]


def _bring_ties(payments: Sequence[Payment], parts: list[Parts], *, are_made: bool) -> None:
    terms = {
        "payers": column(one.payer_id for one in payments),
        "payees": column(one.payee_id for one in payments),
        "at": column(one.at for one in payments), "most": MOST_FRIENDS,
    }  # fmt: skip
    for place, hops, blocked in _ask(statements.TIES, terms):
        parts[place] |= {"hops": hops, "blocked_friends": blocked}


def _bring_reports(payments: Sequence[Payment], parts: list[Parts], *, are_made: bool) -> None:
    # A report counts from its day on: nobody needs it to the second in a batch.
    until = max(one.at for one in payments)
    people = {one.payee_id for one in payments if one.payee_id is not None}
    counts = [count(people, until - REPORTS, until) for count in _count_reports]
    for payment, part in zip(payments, parts, strict=True):
        if payment.payee_id is not None:
            part["reporters"] = sum(found.get(payment.payee_id, 0) for found in counts)


class _Bring(Protocol):
    def __call__(
        self, payments: Sequence[Payment], parts: list[Parts], *, are_made: bool
    ) -> None: ...


_BRINGERS: dict[Need, _Bring] = {
    "sides": _bring_sides,
    "moves": _bring_moves,
    "flows": _bring_flows,
    "devices": _bring_devices,
    "leaps": _bring_leaps,
    "places": _bring_places,
    "ties": _bring_ties,
    "reports": _bring_reports,
}
