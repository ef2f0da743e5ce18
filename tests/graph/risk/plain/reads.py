"""FinBench's reads in plain Python, after the words of QUERIES.md and nothing else.

They walk edge by edge and divide fractions; nothing here is quick.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.graph.risk.plain.world import Edge, World, half_up, to_milliseconds

TRANSFER, WITHDRAW = "AccountTransferAccount", "AccountWithdrawAccount"
Rows = list[list[Any]]


@dataclass(frozen=True)
class Call:
    """A call's parameters over a world."""

    world: World
    params: dict[str, Any]

    def id(self, name: str = "id") -> int:
        return int(self.params[name])

    def threshold(self, name: str = "threshold") -> Decimal:
        return Decimal(str(self.params[name]))

    @cached_property
    def window(self) -> tuple[int, int]:
        return to_milliseconds(self.params["startTime"]), to_milliseconds(self.params["endTime"])

    def is_in_window(self, edge: Edge) -> bool:
        return self.window[0] < edge.at < self.window[1]

    def out(self, node: int, *kinds: str) -> list[Edge]:
        """Return the edges out of a node that are looked at, whatever their time."""
        return self._truncate(
            [edge for kind in kinds for edge in self.world.outgoing.get((kind, node), [])],
            lambda edge: edge.target,
        )

    def into(self, node: int, *kinds: str) -> list[Edge]:
        """Return the edges into a node that are looked at, whatever their time."""
        return self._truncate(
            [edge for kind in kinds for edge in self.world.incoming.get((kind, node), [])],
            lambda edge: edge.source,
        )

    def _truncate(self, edges: list[Edge], other_end: Any) -> list[Edge]:
        limit = self.params.get("truncationLimit")
        if limit is None:
            return edges
        value = {
            "TIMESTAMP_DESCENDING": lambda edge: -edge.at,
            "TIMESTAMP_ASCENDING": lambda edge: edge.at,
            "AMOUNT_DESCENDING": lambda edge: -edge.amount,
            "AMOUNT_ASCENDING": lambda edge: edge.amount,
        }[self.params.get("truncationOrder", "TIMESTAMP_DESCENDING")]
        edges = sorted(edges, key=lambda edge: (value(edge), other_end(edge), edge.place))
        return edges[: int(limit)]

    def in_window(self, edges: Iterable[Edge]) -> list[Edge]:
        return [edge for edge in edges if self.is_in_window(edge)]

    def steps(self, edges: Iterable[Edge]) -> list[Edge]:
        """Leave out what lies outside of the window and what goes to where it comes from."""
        return [edge for edge in self.in_window(edges) if edge.source != edge.target]

    def own_accounts(self) -> set[int]:
        owned = self.world.outgoing.get(("PersonOwnAccount", self.id()), [])
        return {edge.target for edge in owned}


def total(edges: Iterable[Edge]) -> Fraction:
    return Fraction(sum((edge.amount for edge in edges), Decimal(0)))


def divide(one: Fraction, other: Fraction) -> float:
    return half_up(one / other) if other else -1


def tcr1(call: Call) -> Rows:
    found = set()
    reached = {(call.id(), None)}
    for distance in (1, 2, 3):
        reached = {
            (edge.target, edge.at)
            for account, since in reached
            for edge in call.steps(call.out(account, TRANSFER))
            if since is None or edge.at > since
        }
        for account, _ in reached:
            for edge in call.in_window(call.into(account, "MediumSignInAccount")):
                kind, is_blocked = call.world.media[edge.source]
                if is_blocked:
                    found.add((distance, account, edge.source, kind))
    return [[str(account), far, str(medium), kind] for far, account, medium, kind in sorted(found)]


def tcr2(call: Call) -> Rows:
    others = set()
    reached: set[tuple[int, int | None]] = {(account, None) for account in call.own_accounts()}
    for _ in range(3):
        reached = {
            (edge.source, edge.at)
            for account, until in reached
            for edge in call.steps(call.into(account, TRANSFER))
            if until is None or edge.at < until
        }
        others |= {account for account, _ in reached}
    rows = []
    for other in others:
        loans = {edge.source for edge in call.in_window(call.into(other, "LoanDepositAccount"))}
        if loans:
            amounts = [call.world.loans[loan] for loan in loans]
            rows.append([other, half_up(sum(a for a, _ in amounts)),
                         half_up(sum(b for _, b in amounts))])  # fmt: skip
    return named(sorted(rows, key=lambda row: (-row[1], row[0])))


def tcr3(call: Call) -> Rows:
    source, target = call.id("id1"), call.id("id2")
    seen, front, length = {source}, {source}, 0
    while front:
        if target in front:
            return [[length]]
        length += 1
        front = {
            edge.target for account in front for edge in call.steps(call.out(account, TRANSFER))
        } - seen
        seen |= front
    return [[-1]]


def tcr4(call: Call) -> Rows:
    src, dst = call.id("id1"), call.id("id2")
    if not any(edge.target == dst for edge in call.steps(call.out(src, TRANSFER))):
        return []
    second, third = defaultdict(list), defaultdict(list)
    for edge in call.steps(call.into(src, TRANSFER)):
        second[edge.source].append(edge)
    for edge in call.steps(call.out(dst, TRANSFER)):
        third[edge.target].append(edge)
    rows = []
    for other in second.keys() & third.keys() - {src, dst}:
        row: list[Any] = [other]
        for side in (second[other], third[other]):
            row += [len(side), half_up(total(side)), half_up(max(edge.amount for edge in side))]
        rows.append(row)
    return named(sorted(rows, key=lambda row: (-row[2], -row[5], row[0])))


def tcr5(call: Call) -> Rows:
    traces: set[tuple[tuple[int, ...], int | None]]
    traces = {((account,), None) for account in call.own_accounts()}
    found = set()
    for _ in range(3):
        traces = {
            ((*path, edge.target), edge.at)
            for path, since in traces
            for edge in call.steps(call.out(path[-1], TRANSFER))
            if edge.target not in path and (since is None or edge.at > since)
        }
        found |= {path for path, _ in traces}
    ordered = sorted(found, key=lambda path: (-len(path), path))
    return [[str(account) for account in path] for path in ordered]


def tcr6(call: Call) -> Rows:
    if "card" not in call.world.accounts.get(call.id(), (0, False, ""))[2]:
        return []
    second = defaultdict(list)
    for edge in call.steps(call.into(call.id(), WITHDRAW)):
        if edge.amount > call.threshold("threshold2"):
            second[edge.source].append(edge)
    rows = []
    for mid, withdrawn in second.items():
        first = [
            edge
            for edge in call.steps(call.into(mid, TRANSFER))
            if edge.amount > call.threshold("threshold1")
        ]
        if len(first) > 3:
            rows.append([mid, half_up(total(first)), half_up(total(withdrawn))])
    return named(sorted(rows, key=lambda row: (-row[2], row[0])))


def tcr7(call: Call) -> Rows:
    came = large(call, call.into(call.id(), TRANSFER))
    went = large(call, call.out(call.id(), TRANSFER))
    return [
        [len({edge.source for edge in came}), len({edge.target for edge in went}),
         divide(total(came), total(went))]
    ]  # fmt: skip


def large(call: Call, edges: list[Edge]) -> list[Edge]:
    return [edge for edge in call.in_window(edges) if edge.amount > call.threshold()]


def tcr8(call: Call) -> Rows:
    if call.id() not in call.world.loans:
        return []
    deposits = call.in_window(call.out(call.id(), "LoanDepositAccount"))
    front = {edge.target for edge in deposits}
    last: dict[int, set[Edge]] = defaultdict(set)
    nearest: dict[int, int] = {}
    for distance in (2, 3, 4):
        passed = set()
        for account in front:
            came = call.in_window(call.world.incoming.get((TRANSFER, account), []))
            least = Fraction(call.threshold()) * total(came)
            for edge in call.steps(call.out(account, TRANSFER, WITHDRAW)):
                if Fraction(edge.amount) > least:
                    passed.add(edge)
        for edge in passed:
            last[edge.target].add(edge)
            nearest.setdefault(edge.target, distance)
        front = {edge.target for edge in passed}
    lent = Fraction(call.world.loans[call.id()][0])
    rows = [[dst, divide(total(edges), lent), nearest[dst]] for dst, edges in last.items()]
    return named(sorted(rows, key=lambda row: (-row[2], -row[1], row[0])))


def tcr9(call: Call) -> Rows:
    deposits, repayments, came, went = (
        total(large(call, edges))
        for edges in (
            call.into(call.id(), "LoanDepositAccount"), call.out(call.id(), "AccountRepayLoan"),
            call.into(call.id(), TRANSFER), call.out(call.id(), TRANSFER),
        )
    )  # fmt: skip
    return [[divide(deposits, repayments), divide(deposits, went), divide(came, went)]]


def tcr10(call: Call) -> Rows:
    ones, others = (
        {edge.target for edge in call.in_window(call.out(call.id(pid), "PersonInvestCompany"))}
        for pid in ("pid1", "pid2")
    )
    either = len(ones | others)
    return [[half_up(Fraction(len(ones & others), either)) if either else 0.0]]


def tcr11(call: Call) -> Rows:
    seen, front = {call.id()}, {call.id()}
    while front:
        front = {
            edge.target
            for person in front
            for edge in call.in_window(call.out(person, "PersonGuaranteePerson"))
        } - seen
        seen |= front
    loans = {
        edge.target
        for person in seen - {call.id()}
        for edge in call.world.outgoing.get(("PersonApplyLoan", person), [])
    }
    return [[half_up(sum((call.world.loans[loan][0] for loan in loans), Decimal(0))), len(loans)]]


def tcr12(call: Call) -> Rows:
    paid = defaultdict(list)
    for own in call.own_accounts():
        for edge in call.in_window(call.out(own, TRANSFER)):
            if call.world.incoming.get(("CompanyOwnAccount", edge.target)):
                paid[edge.target].append(edge)
    rows = [[account, half_up(total(edges))] for account, edges in paid.items()]
    return named(sorted(rows, key=lambda row: (-row[1], row[0])))


def named(rows: Rows) -> Rows:
    """Show the id that each row begins with as a string."""
    return [[str(row[0]), *row[1:]] for row in rows]
