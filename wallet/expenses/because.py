"""Which expenses stand behind a figure, and behind each payment of a plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass
class Reasons:
    """The expenses and settlements behind a payment, oldest first."""

    expenses: list[UUID] = field(default_factory=list)
    settlements: list[UUID] = field(default_factory=list)


def lines_behind(person_id: UUID, entries: Iterable[Entry]) -> list[tuple[Entry, int]]:
    """Return what a person's balance is made of, oldest first: all lines since it was last 0.

    The amounts sum to the balance.
    """
    lines: list[tuple[Entry, int]] = []
    balance = 0
    for entry in sorted(entries, key=lambda one: (one.at, one.id)):
        if amount := entry.nets.get(person_id, 0):
            lines.append((entry, amount))
            balance += amount
            if balance == 0:
                lines.clear()
    return lines


def explain(payments: Sequence[Payment], entries: Sequence[Entry]) -> list[Reasons]:
    """Return what stands behind each payment of a plan: the lines behind the balances of its two
    sides.

    Who makes or gets one payment alone has all their lines behind it. Who has several has them
    dealt out among these: first what they share with the other side, then the oldest.
    """
    behind: list[set[UUID]] = [set() for _ in payments]
    sides: dict[UUID, list[int]] = {}
    for place, payment in enumerate(payments):
        sides.setdefault(payment.payer, []).append(place)
        sides.setdefault(payment.payee, []).append(place)
    for person_id, places in sides.items():
        lines = lines_behind(person_id, entries)
        if len(places) == 1:
            behind[places[0]].update(entry.id for entry, _ in lines)
        else:
            _deal(person_id, lines, [(place, payments[place]) for place in places], behind)
    in_order = sorted(entries, key=lambda one: (one.at, one.id))
    return [
        Reasons(
            expenses=[one.id for one in in_order if one.id in ids and one.is_expense],
            settlements=[one.id for one in in_order if one.id in ids and not one.is_expense],
        )
        for ids in behind
    ]


def _deal(
    person_id: UUID,
    lines: Sequence[tuple[Entry, int]],
    payments: Sequence[tuple[int, Payment]],
    behind: Sequence[set[UUID]],
) -> None:
    """Deal the lines of somebody with several payments out among them, to the last unit."""
    is_payee = payments[0][1].payee == person_id
    lots = _net_off([(entry, amount if is_payee else -amount) for entry, amount in lines])
    wanted = [payment.amount for _, payment in payments]
    for only_shared in (True, False):
        for at, (place, payment) in enumerate(payments):
            other = payment.payer if is_payee else payment.payee
            for entry, left in list(lots.items()):
                has_other = entry.nets.get(other, 0) * entry.nets[person_id] < 0
                taken = min(left, wanted[at]) if has_other or not only_shared else 0
                if taken:
                    behind[place].add(entry.id)
                    wanted[at] -= taken
                    lots[entry] -= taken


def _net_off(lines: Sequence[tuple[Entry, int]]) -> dict[Entry, int]:
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
