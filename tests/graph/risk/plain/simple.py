"""FinBench's simple reads in plain Python, and all reads by name."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.graph.risk.plain import reads
from tests.graph.risk.plain.reads import TRANSFER, Call, Rows, half_up, large, named, total
from tests.graph.risk.plain.world import Edge, World


def tsr1(call: Call) -> Rows:
    if call.id() not in call.world.accounts:
        return []
    at, is_blocked, kind = call.world.accounts[call.id()]
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
    return [[moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03}Z", is_blocked, kind]]


def tsr2(call: Call) -> Rows:
    row: list[Any] = []
    for edges in (call.out(call.id(), TRANSFER), call.into(call.id(), TRANSFER)):
        inside = call.in_window(edges)
        largest = half_up(max(edge.amount for edge in inside)) if inside else -1
        row += [half_up(total(inside)), largest, len(inside)]
    return [row]


def tsr3(call: Call) -> Rows:
    every = call.into(call.id(), TRANSFER)
    if not every:
        return [[-1]]
    blocked = [edge for edge in large(call, every) if call.world.accounts[edge.source][1]]
    return [[half_up(Fraction(len(blocked), len(every)))]]


def tsr4(call: Call) -> Rows:
    return grouped(large(call, call.out(call.id(), TRANSFER)), lambda edge: edge.target)


def tsr5(call: Call) -> Rows:
    return grouped(large(call, call.into(call.id(), TRANSFER)), lambda edge: edge.source)


def grouped(edges: list[Edge], end: Callable[[Edge], int]) -> Rows:
    groups = defaultdict(list)
    for edge in edges:
        groups[end(edge)].append(edge)
    rows = [[other, len(group), half_up(total(group))] for other, group in groups.items()]
    return named(sorted(rows, key=lambda row: (-row[2], row[0])))


def tsr6(call: Call) -> Rows:
    senders = {edge.source for edge in call.steps(call.into(call.id(), TRANSFER))}
    found = {
        edge.target
        for sender in senders
        for edge in call.steps(call.out(sender, TRANSFER))
        if call.world.accounts[edge.target][1]
    }
    return [[str(account)] for account in sorted(found - {call.id()})]


READS: dict[str, Callable[[Call], Rows]] = {
    f"TCR{number}": getattr(reads, f"tcr{number}") for number in range(1, 13)
} | {"TSR1": tsr1, "TSR2": tsr2, "TSR3": tsr3, "TSR4": tsr4, "TSR5": tsr5, "TSR6": tsr6}


def answer_plainly(world: World, query: str, params: dict[str, Any]) -> Rows:
    """Answer a call as `examples.jsonl` does."""
    return READS[query](Call(world, params))
