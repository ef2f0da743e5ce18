"""Members of a ring that no unusual payment shows, found by ordinary ties to those it shows."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.risk.detectors.rings import Pair, Ring, Role, merge_rings

# Note [Odds of belonging]
# Part of a ring may not have moved yet, or moved where nobody looked. Whether an account belongs to
# a ring is a matter of odds. First, one ordinary tie (it pays a member, or a member pays it): of
# all with such a tie to that member, how many belong? Then each further tie, and a third account
# that pays it as well as members: how much more often is that so among members than by chance?
# How often among members is learnt from the rings themselves, without labels: each member is left
# out in turn, as if its unusual payments were not seen, and its ordinary ties to the rest counted.
# How often by chance follows from how many accounts each side pays and is paid by, times how much
# more often than so the ordinary accounts of the set share a payer. So where rings have no such
# ties, or everybody has them, nobody is added.

Direction = Literal["pays", "is paid by"]
Kind = tuple[str, Direction, Role]

ROUNDS = 2
MOST_MISSING = 2.0
LEAST_MISSING = 0.1
ENOUGH = 10
MOST_CERTAIN = 0.95


class Ties:
    """Who ordinarily pays whom."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self.payees: dict[str, set[str]] = defaultdict(set)
        self.payers: dict[str, set[str]] = defaultdict(set)
        for source, target in pairs:
            self.payees[source].add(target)
            self.payers[target].add(source)
        self.count = max(1, sum(len(payees) for payees in self.payees.values()))

    def count_payees(self, account: str) -> int:
        """Return how many this account pays."""
        return len(self.payees.get(account, ()))

    def get_payers(self, account: str) -> set[str]:
        """Return who pays this account."""
        return self.payers.get(account, set())


class Crowd:
    """The accounts outside a group that pay it, by how many of the group each pays."""

    def __init__(self, ties: Ties, members: Iterable[str], *, but: str = "") -> None:
        group = set(members)
        self.reach = Counter(
            payer
            for member in group
            for payer in ties.get_payers(member)
            if payer not in group and payer != but
        )
        most = max(self.reach.values(), default=0)
        self._spread = [0] * (most + 2)
        for payer, many in self.reach.items():
            for least in range(1, many + 1):
                self._spread[least] += ties.count_payees(payer)

    def share_payer(self, ties: Ties, account: str, clustering: float) -> tuple[bool, float]:
        """Tell whether the account is paid by one of the crowd, and how likely that is by chance.

        The chance is that of a payer who pays as many of the group as the account's does.
        """
        payers = ties.get_payers(account)
        many = max((self.reach[payer] for payer in payers if payer in self.reach), default=0)
        spread = self._spread[max(many, 1)] if self.reach else 0
        chance = 1 - math.exp(-clustering * len(payers) * spread / ties.count)
        return many > 0, min(max(chance, 1e-9), 1 - 1e-9)


@dataclass(frozen=True)
class Learnt:
    """What members have in common with the rest of their rings, by the shape of the rest."""

    ties: Mapping[Kind, float]
    shared: Mapping[str, float]
    seen: Mapping[str, int]
    clustering: float

    def shape_of(self, ring: Ring) -> str:
        """Return the shape to look up: the ring's own, or any where it was seen too rarely."""
        return ring.shape if self.seen.get(ring.shape, 0) >= ENOUGH else "any"


def find_missing(rings: Sequence[Ring], ordinary: Iterable[Pair]) -> list[Ring]:
    """Return the rings with the members that more likely than not belong to them.

    Rings that turn out to share a member become one. See Note [Odds of belonging].
    """
    ties = Ties(ordinary)
    learnt = _learn(rings, ties)
    known = list(rings)
    for _ in range(ROUNDS):
        odds = [
            (place, account, value)
            for place, ring in enumerate(known)
            for account, value in _weigh(ring, ties, learnt)
        ]
        missing = _settle([value for _, _, value in odds], rings=len(known))
        known = merge_rings(
            known, [(place, account) for place, account, value in odds if missing * value >= 1]
        )
    return known


def _settle(odds: Sequence[float], *, rings: int) -> float:
    """Return how many members a ring misses on average: as many as are then found."""
    missing = 1.0
    for _ in range(20):
        found = sum(missing * value >= 1 for value in odds)
        missing = min(max(found / max(1, rings), LEAST_MISSING), MOST_MISSING)
    return missing


def _learn(rings: Sequence[Ring], ties: Ties) -> Learnt:
    clustering = measure_clustering(ties, {one for ring in rings for one in ring.members})
    tied: Counter[Kind] = Counter()
    tried: Counter[Kind] = Counter()
    shared: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for account, rest in _leave_out(rings):
        crowd = Crowd(ties, rest.members)
        has_shared, _ = crowd.share_payer(ties, account, clustering)
        for shape in (rest.shape, "any"):
            seen[shape] += 1
            shared[shape] += has_shared
            for member, role in rest.roles.items():
                tried[shape, "pays", role] += 1
                tried[shape, "is paid by", role] += 1
                tied[shape, "pays", role] += member in ties.payees.get(account, ())
                tied[shape, "is paid by", role] += account in ties.payees.get(member, ())
    return Learnt(
        # Two more tries without a tie keep a few rings from proving anything.
        ties={kind: tied[kind] / (tried[kind] + 2) for kind in tried},
        shared={shape: min(MOST_CERTAIN, shared[shape] / (seen[shape] + 2)) for shape in seen},
        seen=seen,
        clustering=clustering,
    )


def _leave_out(rings: Iterable[Ring]) -> Iterator[tuple[str, Ring]]:
    for ring in rings:
        for account in ring.roles:
            rest = ring.without(account)
            if rest is not None:
                yield account, rest


def measure_clustering(ties: Ties, but: set[str]) -> float:
    """Return how much more often than by chance one who pays another shares a payer with them."""
    there = 0
    expected: list[float] = []
    for payee, payers in ties.payers.items():
        if payee in but:
            continue
        spread = sum(ties.count_payees(payer) for payer in payers)
        for payer in payers:
            if payer not in but:
                above = ties.get_payers(payer)
                rest = spread - ties.count_payees(payer)
                there += not above.isdisjoint(payers)
                expected.append(1 - math.exp(-len(above) * rest / ties.count))
    # An exact sum does not depend on the order in which accounts come.
    by_chance = math.fsum(expected)
    return max(1.0, there / by_chance) if by_chance else 1.0


def _weigh(ring: Ring, ties: Ties, learnt: Learnt) -> Iterator[tuple[str, float]]:
    """Yield everybody with a tie to the ring and the odds that they belong, if one is missing."""
    members = ring.members
    crowd = Crowd(ties, members)
    shape = learnt.shape_of(ring)
    for account, own in _list_ties(ring, ties, learnt, shape).items():
        if account in members:
            continue
        first = max(range(len(own)), key=lambda place: own[place][0] / own[place][1])
        odds = own[first][0] / own[first][1]
        for place, (often, _, chance) in enumerate(own):
            if place != first:
                odds *= max(1.0, often / (learnt.clustering * chance))
        has_shared, chance = crowd.share_payer(ties, account, learnt.clustering)
        often = learnt.shared.get(shape, 0.0)
        odds *= often / chance if has_shared else (1 - often) / (1 - chance)
        if odds > 0:
            yield account, odds


def _list_ties(
    ring: Ring, ties: Ties, learnt: Learnt, shape: str
) -> dict[str, list[tuple[float, int, float]]]:
    """Return each account's ties to members: how often members have such a tie, how many accounts
    have it with this member, and how likely it is by chance.
    """
    found: dict[str, list[tuple[float, int, float]]] = defaultdict(list)
    for member, role in ring.roles.items():
        often = learnt.ties.get((shape, "pays", role), 0.0)
        payers = ties.get_payers(member)
        for account in payers if often else ():
            chance = ties.count_payees(account) * len(payers) / ties.count
            found[account].append((often, len(payers), chance))
        often = learnt.ties.get((shape, "is paid by", role), 0.0)
        payees = ties.payees.get(member, set())
        for account in payees if often else ():
            chance = len(ties.get_payers(account)) * len(payees) / ties.count
            found[account].append((often, len(payees), chance))
    return found
