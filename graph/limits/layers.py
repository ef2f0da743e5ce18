"""A network laid out in layers of numbered nodes, and the maximum flow through it.

Dinic's algorithm (1970): the shortest ways that have something left are found together and filled
together, then the next longer ones. Nodes and arcs are numbers, since a hub has thousands.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from graph.limits.network import Network

SOURCE, SINK = 0, 1
# More than all lines of the world together.
UNLIMITED = 1 << 100


class Place(NamedTuple):
    """Which line an arc is: no giver is the lender, no receiver the borrower; the arc from a
    person's first copy to the second has them as both, and is no line.
    """

    giver: UUID | None
    receiver: UUID | None


@dataclass
class Layers:
    """Arcs in pairs: an even one with what is left of it, and after it its reverse with what was
    pushed.
    """

    heads: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    out: list[list[int]] = field(default_factory=lambda: [[], []])
    places: list[Place] = field(default_factory=list)

    def add_node(self) -> int:
        """Add a node and return its number."""
        self.out.append([])
        return len(self.out) - 1

    def add_arc(self, tail: int, head: int, capacity: int, place: Place) -> None:
        """Add an arc and its reverse."""
        self.out[tail].append(len(self.heads))
        self.out[head].append(len(self.heads) + 1)
        self.heads += (head, tail)
        self.left += (capacity, 0)
        self.places.append(place)

    def list_flows(self) -> Iterator[tuple[Place, int]]:
        """Yield the arcs that carry something, and how much."""
        for number, place in enumerate(self.places):
            if amount := self.left[2 * number + 1]:
                yield place, amount


def lay_out(network: Network) -> Layers:
    """Return the network with everybody between as a first and as a second friend."""
    layers = Layers()
    both = network.first.keys() & network.last.keys()
    # Who leads nowhere is left out: most friends of a hub are not on any way.
    starts = (both | {giver for giver, _ in network.middle}) & network.first.keys()
    ends = (both | {receiver for _, receiver in network.middle}) & network.last.keys()
    first: dict[UUID, int] = {}
    second: dict[UUID, int] = {}
    for person in starts:
        first[person] = layers.add_node()
        free = network.first[person].free
        layers.add_arc(SOURCE, first[person], free, Place(None, person))
    for person in ends:
        second[person] = layers.add_node()
        layers.add_arc(second[person], SINK, network.last[person].free, Place(person, None))
    for person in both:
        layers.add_arc(first[person], second[person], UNLIMITED, Place(person, person))
    for (giver, receiver), way in network.middle.items():
        if giver in first and receiver in second:
            layers.add_arc(first[giver], second[receiver], way.free, Place(giver, receiver))
    return layers


def maximise(layers: Layers) -> int:
    """Push as much as there is a way for, on top of what was pushed before; return how much."""
    pushed = 0
    while levels := _find_levels(layers):
        pushed += _fill(layers, levels)
    return pushed


def _find_levels(layers: Layers) -> list[int]:
    """Return each node's distance from the source, -1 beyond the sink; nothing when the sink cannot
    be reached.
    """
    levels = [-1] * len(layers.out)
    levels[SOURCE] = 0
    nodes = [SOURCE]
    while nodes and levels[SINK] < 0:
        reached = []
        for node in nodes:
            for arc in layers.out[node]:
                head = layers.heads[arc]
                if layers.left[arc] and levels[head] < 0:
                    levels[head] = levels[node] + 1
                    reached.append(head)
        nodes = reached
    return levels if levels[SINK] > 0 else []


def _fill(layers: Layers, levels: list[int]) -> int:
    """Fill ways along the levels until each has an arc with nothing left; return how much it
    was.
    """
    heads, left, out = layers.heads, layers.left, layers.out
    # The arc of each node that is tried next; those before it lead nowhere any more.
    tried = [0] * len(out)
    route: list[int] = []
    pushed = 0
    while True:
        node = heads[route[-1]] if route else SOURCE
        if node == SINK:
            amount = min(left[arc] for arc in route)
            pushed += amount
            for arc in route:
                left[arc] -= amount
                left[arc ^ 1] += amount
            full = next(place for place, arc in enumerate(route) if not left[arc])
            # The tail of the first arc that is full may have others to go on with.
            del route[full:]
            continue
        arcs, level = out[node], levels[node] + 1
        while tried[node] < len(arcs):
            arc = arcs[tried[node]]
            if left[arc] and levels[heads[arc]] == level:
                route.append(arc)
                break
            tried[node] += 1
        else:
            if not route:
                return pushed
            levels[node] = -1
            route.pop()
