"""Which lines keep a flow from being larger, and what more on each of them would do.

A line is tight when all of it is used and it leads from what the lender can still reach to what
they cannot: a smallest cut. More on a tight line raises the flow if from its far end something is
left all the way to the borrower; by how much is found by pushing again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from graph.limits.flow import Solved
from graph.limits.layers import SINK, SOURCE, UNLIMITED, Layers, maximise

MOST = 10
# Each gain costs a search. Hardly ever are there more lines that could be among the first ten; then
# those that could raise it most are looked at.
SEARCHES = 100

# Giver and receiver, in words that have an order.
Ends = tuple[str, str]


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
    """Return the ten tight lines that raise the flow most, those first, and of equal ones in the
    order of their people; the lender's own line to the borrower, which is always used up, is not
    among them.
    """
    layers = solved.layers
    reached = _spread(layers, SOURCE, turned=0)
    # Whatever maximum flow was found, the two sides are the same, and so are the lines between.
    cut = _find_cut(layers, reached)
    bounds = _Bounds(layers, reached, _spread(layers, SINK, turned=1)).over(cut, add)
    ranked = sorted(cut, key=lambda arc: (-bounds[arc], _people(layers, arc)))
    gains: dict[int, int] = {}

    def rank(arc: int) -> tuple[int, Ends]:
        return -gains[arc], _people(layers, arc)

    best: list[int] = []
    for arc in ranked[:SEARCHES]:
        # None of the rest raises it more than it could at best.
        if len(best) == MOST and rank(best[-1]) < (-bounds[arc], _people(layers, arc)):
            break
        gains[arc] = _gain(layers, arc, add) if bounds[arc] else 0
        best = sorted([*best, arc], key=rank)[:MOST]
    return [_tight(layers, arc, add, gains[arc]) for arc in best]


def _tight(layers: Layers, arc: int, add: int, gain: int) -> Tight:
    place = layers.places[arc // 2]
    free = layers.left[arc] + layers.left[arc ^ 1]
    return Tight(place.giver, place.receiver, free, add, gain)


def _people(layers: Layers, arc: int) -> Ends:
    # Nobody's id is empty: the lender comes before all givers, the borrower before all receivers.
    place = layers.places[arc // 2]
    return str(place.giver or ""), str(place.receiver or "")


class _Bounds:
    """What more on an arc of the cut could raise the flow by at best: no more than comes to its
    tail, and goes on from its head, over the next two arcs.
    """

    def __init__(self, layers: Layers, reached: set[int], leading: set[int]) -> None:
        self._layers, self._reached, self._leading = layers, reached, leading
        self._near: dict[int, int] = {}

    def over(self, cut: list[int], add: int) -> dict[int, int]:
        """Return the bound of each arc."""
        heads = self._layers.heads
        return {
            arc: min(add, self._far(heads[arc ^ 1]), self._far(heads[arc]))
            if heads[arc] in self._leading
            else 0
            for arc in cut
        }

    def _far(self, node: int) -> int:
        if node in (SOURCE, SINK):
            return UNLIMITED
        return sum(min(left, self._next(other)) for left, other in self._ways(node))

    def _next(self, node: int) -> int:
        if node in (SOURCE, SINK):
            return UNLIMITED
        if node not in self._near:
            self._near[node] = sum(left for left, _ in self._ways(node))
        return self._near[node]

    def _ways(self, node: int) -> Iterator[tuple[int, int]]:
        """Yield what is left from the source's side to a node of it, or on from a node of the
        sink's, and the nodes at the other ends.
        """
        layers = self._layers
        side, turned = (self._reached, 1) if node in self._reached else (self._leading, 0)
        for arc in layers.out[node]:
            if layers.heads[arc] in side and (left := layers.left[arc ^ turned]):
                yield left, layers.heads[arc]


def _spread(layers: Layers, start: int, *, turned: int) -> set[int]:
    """Return the nodes to which something is left all the way from `start`; with `turned` 1 those
    from which something is left all the way to it.
    """
    met = {start}
    nodes = [start]
    while nodes:
        for arc in layers.out[nodes.pop()]:
            other = layers.heads[arc]
            if layers.left[arc ^ turned] and other not in met:
                met.add(other)
                nodes.append(other)
    return met


def _find_cut(layers: Layers, reached: set[int]) -> list[int]:
    """Return the arcs out of what is reached."""
    return [
        arc
        for node in reached
        for arc in layers.out[node]
        if arc % 2 == 0 and layers.heads[arc] not in reached
    ]


def _gain(layers: Layers, arc: int, add: int) -> int:
    before = list(layers.left)
    layers.left[arc] += add
    gain = maximise(layers)
    layers.left[:] = before
    return gain
