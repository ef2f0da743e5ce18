"""Rings as they show in unusual payments: who belongs together, and in which role."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["payer", "payee", "both"]
# `pair`: one pays one. `in`: all pay one. `out`: one pays all. `mixed`: anything else.
Shape = Literal["pair", "in", "out", "mixed"]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Ring:
    """Accounts that unusual payments tie together, and those payments as pairs of accounts.

    `found` are members known by other means than these payments.
    """

    pairs: tuple[Pair, ...]
    found: frozenset[str] = field(default_factory=frozenset)

    @property
    def members(self) -> frozenset[str]:
        """Return all members."""
        return self.found | {account for pair in self.pairs for account in pair}

    @property
    def roles(self) -> dict[str, Role]:
        """Return what each member does in these payments."""
        payers = {source for source, _ in self.pairs}
        payees = {target for _, target in self.pairs}
        return {
            account: "both" if account in payers and account in payees
            else "payer" if account in payers else "payee"
            for pair in self.pairs for account in pair
        }  # fmt: skip

    @property
    def shape(self) -> Shape:
        """Return what the payments look like."""
        if len(self.pairs) == 1:
            return "pair"
        if len({target for _, target in self.pairs}) == 1:
            return "in"
        if len({source for source, _ in self.pairs}) == 1:
            return "out"
        return "mixed"

    def without(self, account: str) -> "Ring | None":
        """Return what would show if this account's payments were not seen, or None for nothing."""
        left = tuple(pair for pair in self.pairs if account not in pair)
        return Ring(left) if left else None


def gather_rings(pairs: Iterable[Pair]) -> list[Ring]:
    """Return the connected parts of these payments as rings, in the order of their first pairs."""
    distinct = list(dict.fromkeys(pairs))
    groups = join_groups([set(pair) for pair in distinct])
    place = {account: number for number, group in enumerate(groups) for account in group}
    parts: dict[int, list[Pair]] = defaultdict(list)
    for pair in distinct:
        parts[place[pair[0]]].append(pair)
    return [Ring(tuple(part)) for part in parts.values()]


def merge_rings(rings: Sequence[Ring], found: Sequence[tuple[int, str]]) -> list[Ring]:
    """Return the rings with found members added (ring's place, account); those that then share
    a member become one.
    """
    added: dict[int, set[str]] = defaultdict(set)
    for place, account in found:
        added[place].add(account)
    groups = join_groups([set(ring.members) | added[place] for place, ring in enumerate(rings)])
    where = {account: number for number, group in enumerate(groups) for account in group}
    pairs: dict[int, list[Pair]] = defaultdict(list)
    for ring in rings:
        pairs[where[ring.pairs[0][0]]] += ring.pairs
    return [Ring(tuple(own), frozenset(groups[number])) for number, own in pairs.items()]


def join_groups(groups: Sequence[set[str]]) -> list[set[str]]:
    """Join groups that share a member, also by way of others."""
    leader: dict[str, str] = {}

    def lead(account: str) -> str:
        while leader[account] != account:
            leader[account] = leader[leader[account]]
            account = leader[account]
        return account

    for group in groups:
        head: str | None = None
        for account in group:
            leader.setdefault(account, account)
            if head is None:
                head = lead(account)
            else:
                leader[lead(account)] = head
    joined: dict[str, set[str]] = defaultdict(set)
    for account in leader:
        joined[lead(account)].add(account)
    return list(joined.values())
