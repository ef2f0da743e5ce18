"""The risk team's own questions in plain Python, over lists of edges."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise, permutations
from typing import Any

from graph.risk.detectors.cycles import RingThresholds, find_cycles
from graph.risk.detectors.fans import FanThresholds, find_fan_in, find_fan_out
from graph.risk.detectors.passing import PassingThresholds, find_fast_in_fast_out
from graph.risk.detectors.scatter import ScatterThresholds, find_scatter_gather
from graph.risk.detectors.transfers import Finding, Transfer

HOUR = 3_600_000
Rows = list[list[Any]]


@dataclass
class LiveWorld:
    """A small live graph as lists."""

    start: int
    end: int
    accounts: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    owns: list[tuple[str, str]] = field(default_factory=list)
    sign_ins: list[tuple[str, str, int]] = field(default_factory=list)
    # loan, borrower, balance
    loans: list[tuple[str, str, int]] = field(default_factory=list)
    # guarantor, borrower, loan, amount, live, at
    guarantees: list[tuple[str, str, str, int, bool, int]] = field(default_factory=list)
    # giver, receiver, free
    lines: list[tuple[str, str, int]] = field(default_factory=list)

    def inside(self, start: int, end: int) -> list[Transfer]:
        """Return the transfers strictly between two moments."""
        return [one for one in self.transfers if start < one.at < end]


def fan_rows(world: LiveWorld, bound: dict[str, Any], *, into: bool) -> Rows:
    thresholds = FanThresholds(
        window=bound["hours"] * HOUR, fewest=bound["fewest"], smallest=int(bound["smallest"])
    )
    find = find_fan_in if into else find_fan_out
    return [
        [
            one.accounts[0], len(one.accounts) - 1, list(one.accounts[1:]), len(one.transfers),
            sum(paid.amount for paid in one.transfers), one.transfers[0].at, one.transfers[-1].at,
        ]
        for one in find(world.inside(bound["startTime"], bound["endTime"]), thresholds)
    ]  # fmt: skip


def scatter_rows(world: LiveWorld, bound: dict[str, Any]) -> Rows:
    thresholds = ScatterThresholds(window=bound["hours"] * HOUR, fewest=bound["fewest"])
    found = find_scatter_gather(world.inside(bound["startTime"], bound["endTime"]), thresholds)
    return [
        [
            *one.accounts[:2], len(one.accounts) - 2, list(one.accounts[2:]),
            one.transfers[0].at, one.transfers[-1].at,
        ]
        for one in found
    ]  # fmt: skip


def rush_rows(world: LiveWorld, bound: dict[str, Any]) -> Rows:
    thresholds = PassingThresholds(
        window=bound["hours"] * HOUR, smallest=int(bound["smallest"]),
        passed_on=bound["passedOn"],
    )  # fmt: skip
    found = find_fast_in_fast_out(world.inside(bound["startTime"], bound["endTime"]), thresholds)
    return [
        [
            one.accounts[0], int(one.score),
            sum(paid.amount for paid in one.transfers if paid.source == one.accounts[0]),
            one.transfers[0].at,
        ]
        for one in found
    ]  # fmt: skip


def ring_rows(world: LiveWorld, bound: dict[str, Any]) -> Rows:
    thresholds = RingThresholds(
        window=bound["hours"] * HOUR, longest=bound["steps"], passed_on=bound["passedOn"]
    )
    found = find_cycles(world.inside(bound["startTime"], bound["endTime"]), thresholds)
    return sorted((_ring_row(one) for one in found), key=lambda row: (row[3], row[0]))


def _ring_row(one: Finding) -> list[Any]:
    amounts = [paid.amount for paid in one.transfers]
    times = [paid.at for paid in one.transfers]
    return [list(one.accounts), len(one.accounts), min(amounts), times[0], times[-1]]


def closing_rows(world: LiveWorld, bound: dict[str, Any]) -> Rows:
    """Try every order of every choice of the other accounts."""
    payer, payee = bound["id1"], bound["id2"]
    edges: dict[tuple[str, str], list[Transfer]] = defaultdict(list)
    for one in world.inside(bound["startTime"], bound["endTime"]):
        edges[one.source, one.target].append(one)
    others = [one for one in world.accounts if one not in (payer, payee)]
    rows = []
    for count in range(1, bound["steps"] - 1) if payer != payee else ():
        for between in permutations(others, count):
            ways = _ascending([payee, *between, payer], edges)
            if ways:
                times, amounts = min(ways)
                ring = [payer, payee, *between]
                rows.append([ring, len(ring), min(amounts), times[0], times[-1]])
    return sorted(rows, key=lambda row: (row[1], row[0]))


def _ascending(
    way: list[str], edges: dict[tuple[str, str], list[Transfer]]
) -> list[tuple[list[int], list[int]]]:
    ways: list[tuple[list[int], list[int]]] = [([], [])]
    for step in pairwise(way):
        ways = [
            ([*times, one.at], [*amounts, one.amount])
            for times, amounts in ways
            for one in edges.get(step, ())
            if not times or times[-1] < one.at
        ]
    return ways


def _vouching(world: LiveWorld, bound: dict[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for guarantor, borrower, _, _, is_live, at in world.guarantees:
        if is_live and bound["startTime"] < at < bound["endTime"]:
            found[guarantor].add(borrower)
    return found


def chain_rows(world: LiveWorld, bound: dict[str, Any]) -> Rows:
    vouches = _vouching(world, bound)
    chains: list[list[str]] = []
    ends = [[bound["id"]]]
    for _ in range(bound["steps"]):
        ends = [
            [*chain, other] for chain in ends for other in vouches[chain[-1]] if other not in chain
        ]
        chains += ends
    rows = []
    for chain in chains:
        owed = [
            balance for _, borrower, balance in world.loans if borrower == chain[-1] and balance > 0
        ]
        rows.append([chain, len(owed), sum(owed)])
    return sorted(rows, key=lambda row: (len(row[0]), row[0]))


def circle_rows(world: LiveWorld, bound: dict[str, Any]) -> Rows:
    vouches = _vouching(world, bound)
    rows = []
    for count in range(2, bound["steps"] + 1):
        for ring in permutations(world.people, count):
            closes = all(
                other in vouches[one] for one, other in zip(ring, (*ring[1:], ring[0]), strict=True)
            )
            if ring[0] == min(ring) and closes:
                rows.append([list(ring), count])
    return sorted(rows, key=lambda row: (row[1], row[0]))


def device_rows(world: LiveWorld, bound: dict[str, Any]) -> Rows:
    owners = {account: person for person, account in world.owns}
    people: dict[str, set[str]] = defaultdict(set)
    for device, account, at in world.sign_ins:
        if bound["startTime"] < at < bound["endTime"]:
            people[device].add(owners[account])
    rows = [
        [device, len(some), sorted(some)]
        for device, some in people.items()
        if len(some) >= bound["fewest"]
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _group(bound: dict[str, Any]) -> set[str]:
    return {one.strip() for one in bound["people"].split(",")}


def line_rows(world: LiveWorld, bound: dict[str, Any]) -> Rows:
    group = _group(bound)
    rows = [
        [giver, receiver, free]
        for giver, receiver, free in world.lines
        if receiver in group and giver not in group and free > 0
    ]
    return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))


def loss_rows(world: LiveWorld, bound: dict[str, Any]) -> Rows:
    group = _group(bound)
    rows = []
    for person in sorted(group & set(world.people)):
        own = {loan: owed for loan, by, owed in world.loans if by == person and owed > 0}
        if own:
            rows.append([person, len(own), sum(own.values()), *_vouched(world, group, person, own)])
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def _vouched(
    world: LiveWorld, group: set[str], person: str, loans: Iterable[str]
) -> tuple[int, int]:
    own = [
        (guarantor in group, amount)
        for guarantor, borrower, loan, amount, is_live, _ in world.guarantees
        if borrower == person and loan in loans and is_live
    ]
    outside = sum(amount for is_inside, amount in own if not is_inside)
    return outside, sum(amount for _, amount in own) - outside


ANSWERS = {
    "fans.many_pay_one": lambda world, bound: fan_rows(world, bound, into=True),
    "fans.one_pays_many": lambda world, bound: fan_rows(world, bound, into=False),
    "fans.spread_and_gathered": scatter_rows,
    "mules.fast_in_fast_out": rush_rows,
    "rings.found": ring_rows,
    "rings.closed_by_transfer": closing_rows,
    "guarantees.chains": chain_rows,
    "guarantees.cycles": circle_rows,
    "devices.shared": device_rows,
    "trust.drawable_by_group": line_rows,
    "loss.if_group_defaults": loss_rows,
}
