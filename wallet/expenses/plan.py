"""Who should pay whom, so that nobody owes anything with as few payments as possible."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

# Up to so many people with a balance the plan is exact; the work doubles with each.
EXACT_PEOPLE = 12


@dataclass(frozen=True)
class Payment:
    """One payment of a plan, in minor units."""

    payer: UUID
    payee: UUID
    amount: int


def make_plan(nets: Mapping[UUID, int]) -> list[Payment]:
    """Return payments after which everybody's net (minor units, owed to them; summing to 0) is 0.

    They are the fewest there can be when at most 12 people have a balance, and at most one fewer
    than these people otherwise. The same nets give the same plan.
    """
    assert sum(nets.values()) == 0
    open_nets = sorted((net, person) for person, net in nets.items() if net)
    pairs, rest = _take_pairs(open_nets)
    groups = _split_into_groups(rest) if len(rest) <= EXACT_PEOPLE else [rest]
    payments = [payment for group in pairs + groups for payment in _settle(group)]
    return sorted(payments, key=lambda one: (-one.amount, one.payer, one.payee))


Net = tuple[int, UUID]


def _take_pairs(nets: Sequence[Net]) -> tuple[list[list[Net]], list[Net]]:
    """Take out those who owe just what another is owed.

    No plan gets worse by it: what two groups have left without such a pair is one group again.
    """
    pairs: list[list[Net]] = []
    creditors: dict[int, list[Net]] = {}
    for net in nets:
        if net[0] > 0:
            creditors.setdefault(net[0], []).append(net)
    rest = []
    for debtor in (net for net in nets if net[0] < 0):
        if equal := creditors.get(-debtor[0]):
            pairs.append([debtor, equal.pop(0)])
        else:
            rest.append(debtor)
    return pairs, sorted(rest + [net for left in creditors.values() for net in left])


def _split_into_groups(nets: Sequence[Net]) -> list[list[Net]]:
    """Split people into as many groups as there can be that each sum to 0.

    A group of k needs k - 1 payments, so the most groups are the fewest payments. People join one
    after the other; `most[members]` is how often the sum of those who have joined can have been 0,
    in the best order.
    """
    sums = [0] * (1 << len(nets))
    most = [0] * len(sums)
    last = [0] * len(sums)
    for members in range(1, len(sums)):
        lowest = (members & -members).bit_length() - 1
        sums[members] = sums[members & (members - 1)] + nets[lowest][0]
        joined = [place for place in range(len(nets)) if members >> place & 1]
        last[members] = max(joined, key=lambda place: most[members ^ 1 << place])
        most[members] = most[members ^ 1 << last[members]] + (sums[members] == 0)
    groups: list[list[Net]] = []
    members = len(sums) - 1
    while members:
        if sums[members] == 0:
            groups.append([])
        groups[-1].append(nets[last[members]])
        members ^= 1 << last[members]
    return groups


def _settle(group: Sequence[Net]) -> Iterator[Payment]:
    """Have the largest debtor pay the largest creditor until nobody is left: each payment clears at
    least one of the two, the last one both.
    """
    nets = sorted(group)
    while nets:
        (debt, payer), *between, (due, payee) = nets
        amount = min(-debt, due)
        yield Payment(payer, payee, amount)
        left = [(debt + amount, payer), *between, (due - amount, payee)]
        nets = sorted(net for net in left if net[0])
