"""Which lines keep a flow from being larger, and what more on each of them would do.

A line is tight when all of it is used and it leads from what the lender can still reach to what
they cannot: a smallest cut. More on a tight line raises the flow if from its far end something is
left all the way to the borrower; by how much is found by pushing again.
"""

from dataclasses import dataclass
from uuid import UUID

from graph.limits.flow import Solved
from graph.limits.layers import SINK, SOURCE, Layers, maximise

# Each costs a search; those that raise the flow come first.
MOST = 10


@dataclass(frozen=True)
class Tight:
    """A line all of which is used; with `add` more on it the flow would be larger by `gain`.

    `giver` None is the lender, `receiver` None the borrower.
    """

    giver: UUID | None
    receiver: UUID | None
    free: int
    add: int
    gain: int


def find_tight(solved: Solved, *, add: int) -> list[Tight]:
    """Return at most ten tight lines, those that raise the flow most first; the lender's own line
    to the borrower, which is always used up, is not among them.
    """
    layers = solved.layers
    cut = _find_cut(layers)
    leading = _find_leading(layers)
    cut.sort(key=lambda arc: (layers.heads[arc] not in leading, arc))
    found = []
    for arc in cut[:MOST]:
        gain = _gain(layers, arc, add) if layers.heads[arc] in leading else 0
        place = layers.places[arc // 2]
        free = layers.left[arc] + layers.left[arc ^ 1]
        found.append(Tight(place.giver, place.receiver, free, add, gain))
    return sorted(found, key=lambda tight: -tight.gain)


def _find_cut(layers: Layers) -> list[int]:
    """Return the arcs out of what can be reached from the source with what is left."""
    reached = {SOURCE}
    nodes = [SOURCE]
    while nodes:
        for arc in layers.out[nodes.pop()]:
            head = layers.heads[arc]
            if layers.left[arc] and head not in reached:
                reached.add(head)
                nodes.append(head)
    return [
        arc
        for node in reached
        for arc in layers.out[node]
        if arc % 2 == 0 and layers.heads[arc] not in reached
    ]


def _find_leading(layers: Layers) -> set[int]:
    """Return the nodes from which something is left all the way to the sink."""
    leading = {SINK}
    nodes = [SINK]
    while nodes:
        for arc in layers.out[nodes.pop()]:
            tail = layers.heads[arc]
            if layers.left[arc ^ 1] and tail not in leading:
                leading.add(tail)
                nodes.append(tail)
    return leading


def _gain(layers: Layers, arc: int, add: int) -> int:
    before = list(layers.left)
    layers.left[arc] += add
    gain = maximise(layers)
    layers.left[:] = before
    return gain
