r"""The maximum flow from a lender to a borrower over at most three trust lines, and its paths.

A pure function over a small subgraph. Whoever stands on the way appears twice, as a first and as a
second friend; the two copies are joined by an arc without limit, and arcs lead only from first to
second copies. So no path has more than three lines, and each line has exactly one place in the
network:

    lender --> a (first) --> b (second) --> borrower
                  \______--> a (second) --/            (one friend between)
    lender ---------------------------------> borrower   (the lender's own line)
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from graph.limits.network import Network

Node = tuple[str, UUID | None]
SOURCE: Node = ("lender", None)
SINK: Node = ("borrower", None)


@dataclass(frozen=True)
class Path:
    """One path of a flow: the lines it uses in order, the people between, and the amount (minor
    units).
    """

    lines: tuple[UUID, ...]
    through: tuple[UUID, ...]
    amount: int


@dataclass
class _Residual:
    """Residual capacities of the network, and the flow that was pushed through each of its arcs."""

    left: dict[Node, dict[Node, int]] = field(default_factory=dict)
    pushed: dict[tuple[Node, Node], int] = field(default_factory=dict)

    def add(self, tail: Node, head: Node, capacity: int) -> None:
        """Add an arc."""
        self.left.setdefault(tail, {})[head] = capacity
        self.left.setdefault(head, {}).setdefault(tail, 0)
        self.pushed[(tail, head)] = 0

    def push(self, tail: Node, head: Node, amount: int) -> None:
        """Push flow through an arc, or back through its reverse."""
        self.left[tail][head] -= amount
        self.left[head][tail] += amount
        if (tail, head) in self.pushed:
            self.pushed[(tail, head)] += amount
        else:
            self.pushed[(head, tail)] -= amount


def compute_paths(network: Network) -> list[Path]:
    """Return the paths of one maximum flow, largest first; their amounts sum to the flow's value.

    Shortest augmenting paths (Edmonds and Karp, 1972). The lender's own line comes first, so that
    other people's lines are used only for what it does not cover.
    """
    paths = []
    if network.direct is not None and network.direct.free > 0:
        paths.append(Path((network.direct.line,), (), network.direct.free))
    residual = _build(network)
    while route := _find_route(residual):
        amount = min(residual.left[tail][head] for tail, head in route)
        for tail, head in route:
            residual.push(tail, head, amount)
    paths += sorted(_decompose(network, residual), key=lambda path: (-path.amount, path.lines))
    return paths


def _build(network: Network) -> _Residual:
    residual = _Residual()
    both = network.first.keys() & network.last.keys()
    # Who leads nowhere is left out: most friends of a hub are not on any way.
    starts = both | {giver for giver, _ in network.middle}
    ends = both | {receiver for _, receiver in network.middle}
    for person in sorted(starts & network.first.keys()):
        residual.add(SOURCE, ("first", person), network.first[person].free)
    for person in sorted(ends & network.last.keys()):
        residual.add(("second", person), SINK, network.last[person].free)
    for person in sorted(both):
        # No more than what comes in can pass, which makes the arc as good as one without limit.
        residual.add(("first", person), ("second", person), network.first[person].free)
    for (giver, receiver), way in sorted(network.middle.items()):
        if giver in network.first and receiver in network.last:
            residual.add(("first", giver), ("second", receiver), way.free)
    return residual


def _find_route(residual: _Residual) -> list[tuple[Node, Node]]:
    """Return the arcs of a shortest augmenting route, or nothing when the flow is maximal."""
    came_from: dict[Node, Node] = {SOURCE: SOURCE}
    queue = deque([SOURCE])
    while queue and SINK not in came_from:
        tail = queue.popleft()
        for head, left in residual.left.get(tail, {}).items():
            if left > 0 and head not in came_from:
                came_from[head] = tail
                queue.append(head)
    if SINK not in came_from:
        return []
    route = []
    node = SINK
    while node != SOURCE:
        route.append((came_from[node], node))
        node = came_from[node]
    return route


def _decompose(network: Network, residual: _Residual) -> list[Path]:
    """Split the flow into paths; every unit takes one first, at most one middle and one last
    line.
    """
    entering = _flow_by_person(residual, SOURCE)
    leaving = {tail[1]: amount for (tail, head), amount in residual.pushed.items() if head == SINK}
    paths = []
    for (tail, head), amount in sorted(residual.pushed.items(), key=lambda item: str(item[0])):
        giver, receiver = tail[1], head[1]
        if amount == 0 or giver is None or receiver is None:
            continue
        first, last = network.first[giver], network.last[receiver]
        entering[giver] -= amount
        leaving[receiver] -= amount
        if giver == receiver:
            paths.append(Path((first.line, last.line), (giver,), amount))
        else:
            middle = network.middle[(giver, receiver)]
            lines = (first.line, middle.line, last.line)
            paths.append(Path(lines, (giver, receiver), amount))
    assert not any(entering.values())
    assert not any(leaving.values())
    return paths


def _flow_by_person(residual: _Residual, source: Node) -> dict[UUID | None, int]:
    return {head[1]: amount for (tail, head), amount in residual.pushed.items() if tail == source}


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


def sum_by_line(paths: list[Path]) -> Mapping[UUID, int]:
    """Return how much of each line the paths use."""
    amounts: dict[UUID, int] = {}
    for path in paths:
        for line in path.lines:
            amounts[line] = amounts.get(line, 0) + path.amount
    return amounts
