"""Which expenses stand behind a figure, and behind each payment of a plan."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from wallet.expenses.plan import Payment


@dataclass(frozen=True, eq=False)
class Entry:
    """One expense or settlement in one currency: by how much it changed what each person is owed
    (minor units, summing to 0).
    """

    id: UUID
    is_expense: bool
    at: datetime
    on: date
    note: str
    nets: Mapping[UUID, int]


Lines = list[tuple[Entry, int]]


@dataclass(frozen=True)
class Reasons:
    """What stands behind a payment: by how much each line of the payer made them owe it (summing to
    the payment), and the expenses and settlements of both sides, oldest first.
    """

    lines: Lines
    expenses: list[UUID]
    settlements: list[UUID]


def lines_behind(person_id: UUID, entries: Iterable[Entry]) -> Lines:
    """Return what a person's balance is made of, oldest first: all lines since it was last 0.

    The amounts sum to the balance.
    """
    lines: Lines = []
    balance = 0
    for entry in sorted(entries, key=_age):
        if amount := entry.nets.get(person_id, 0):
            lines.append((entry, amount))
            balance += amount
            if balance == 0:
                lines.clear()
    return lines


def _age(entry: Entry) -> tuple[datetime, UUID]:
    return entry.at, entry.id


def explain(payments: Sequence[Payment], entries: Sequence[Entry]) -> list[Reasons]:
    """Return what stands behind each payment of a plan: the lines behind the balances of its two
    sides.

    Who makes or gets one payment alone has all their lines behind it. Who has several has them
    dealt out among these: first what they share with the other side, then the oldest.
    """
    mine: dict[UUID, list[Payment]] = {}
    for payment in payments:
        mine.setdefault(payment.payer, []).append(payment)
        mine.setdefault(payment.payee, []).append(payment)
    dealt = {
        person_id: _deal(person_id, lines_behind(person_id, entries), own)
        for person_id, own in mine.items()
    }
    reasons = []
    for payment in payments:
        lines = dealt[payment.payer][payment]
        both = {entry for entry, _ in lines + dealt[payment.payee][payment]}
        in_order = sorted(both, key=_age)
        reasons.append(
            Reasons(
                lines=lines,
                expenses=[entry.id for entry in in_order if entry.is_expense],
                settlements=[entry.id for entry in in_order if not entry.is_expense],
            )
        )
    return reasons


def _deal(person_id: UUID, lines: Lines, payments: Sequence[Payment]) -> dict[Payment, Lines]:
    """Deal somebody's lines out among their payments, so that each gets lines that sum to it."""
    is_payee = payments[0].payee == person_id
    lines = [(entry, amount if is_payee else -amount) for entry, amount in lines]
    if len(payments) == 1:
        return {payments[0]: lines}
    lots = _net_off(lines)
    wanted = {payment: payment.amount for payment in payments}
    taken: dict[Payment, Counter[Entry]] = {payment: Counter() for payment in payments}
    for only_shared in (True, False):
        for payment in payments:
            other = payment.payer if is_payee else payment.payee
            for entry in lots:
                is_shared = entry.nets.get(other, 0) * entry.nets[person_id] < 0
                if is_shared or not only_shared:
                    part = min(lots[entry], wanted[payment])
                    taken[payment][entry] += part
                    wanted[payment] -= part
                    lots[entry] -= part
    return {
        payment: [(entry, part) for entry, part in sorted(parts.items(), key=_age_of) if part]
        for payment, parts in taken.items()
    }


def _age_of(line: tuple[Entry, int]) -> tuple[datetime, UUID]:
    return _age(line[0])


def _net_off(lines: Lines) -> dict[Entry, int]:
    """Return what is left of the positive lines when the negative ones have paid the oldest of
    them.
    """
    paid = -sum(amount for _, amount in lines if amount < 0)
    left = {}
    for entry, amount in lines:
        if amount > 0:
            used = min(paid, amount)
            paid -= used
            left[entry] = amount - used
    return left
