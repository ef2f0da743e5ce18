r"""The maximum flow from a lender to a borrower over at most three trust lines, and its paths.

A pure function over a small subgraph. Whoever stands on the way appears twice, as a first and as a
second friend; the two copies are joined by an arc without limit, and arcs lead only from first to
second copies. So no path has more than three lines, and each line has exactly one place in the
network:

    lender --> a (first) --> b (second) --> borrower
                  \______--> a (second) --/            (one friend between)
    lender ---------------------------------> borrower   (the lender's own line)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from graph.limits.layers import Layers, Place, lay_out, maximise
from graph.limits.network import Network, Way


@dataclass(frozen=True)
class Path:
    """One path of a flow: the lines it uses in order, the people between, and the amount (minor
    units).
    """

    lines: tuple[UUID, ...]
    through: tuple[UUID, ...]
    amount: int


@dataclass(frozen=True)
class Solved:
    """A maximum flow: its paths, and the network with what each line has left."""

    network: Network
    layers: Layers
    paths: list[Path]


def compute_paths(network: Network) -> list[Path]:
    """Return the paths of one maximum flow, largest first; their amounts sum to the flow's value.

    The lender's own line comes first, so that other people's lines are used only for what it does
    not cover.
    """
    return solve(network).paths


def solve(network: Network) -> Solved:
    """Return one maximum flow with what it leaves of each line."""
    paths = []
    if network.direct is not None and network.direct.free > 0:
        paths.append(Path((network.direct.line_id,), (), network.direct.free))
    layers = lay_out(network)
    maximise(layers)
    paths += sorted(_decompose(network, layers), key=lambda path: (-path.amount, path.lines))
    return Solved(network, layers, paths)


def _decompose(network: Network, layers: Layers) -> list[Path]:
    """Split the flow into paths; every unit takes one first, at most one middle and one last
    line.
    """
    entering: dict[UUID, int] = {}
    leaving: dict[UUID, int] = {}
    paths = []
    for place, amount in layers.list_flows():
        if place.giver is None:
            entering[_known(place.receiver)] = amount
        elif place.receiver is None:
            leaving[place.giver] = amount
    for place, amount in layers.list_flows():
        if place.giver is None or place.receiver is None:
            continue
        giver, receiver = place.giver, place.receiver
        entering[giver] -= amount
        leaving[receiver] -= amount
        ways = _ways(network, place)
        through = (giver,) if giver == receiver else (giver, receiver)
        paths.append(Path(tuple(way.line_id for way in ways), through, amount))
    assert not any(entering.values())
    assert not any(leaving.values())
    return paths


def _ways(network: Network, place: Place) -> list[Way]:
    giver, receiver = _known(place.giver), _known(place.receiver)
    first, last = network.first[giver], network.last[receiver]
    if giver == receiver:
        return [first, last]
    return [first, network.middle[(giver, receiver)], last]


def _known(person: UUID | None) -> UUID:
    assert person is not None
    return person


def total(paths: list[Path]) -> int:
    """Return the value of a flow from its paths."""
    return sum(path.amount for path in paths)


def take(paths: list[Path], amount: int) -> list[Path]:
    """Return a part of the flow that carries exactly the amount, in the order of the paths.

    Reserving a part of one maximum flow lowers the limit of the same pair by exactly that part.
    """
    taken = []
    for path in paths:
        if amount == 0:
            break
        share = min(path.amount, amount)
        taken.append(Path(path.lines, path.through, share))
        amount -= share
    if amount:
        raise ValueError("The flow is smaller than the amount.")
    return taken


def sum_by_line(parts: Iterable[tuple[Sequence[UUID], int]]) -> dict[UUID, int]:
    """Return how much of each line is used by parts, each the lines of a path and an amount; lines
    of which nothing is used are left out.
    """
    amounts: dict[UUID, int] = {}
    for lines, amount in parts:
        for line in lines if amount else ():
            amounts[line] = amounts.get(line, 0) + amount
    return amounts
