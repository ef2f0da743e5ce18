"""The same questions in memory: networkx where it has an algorithm, plain Python elsewhere."""

from typing import Any

import networkx as nx

from tests.graph.risk.plain.reads import TRANSFER
from tests.graph.risk.plain.simple import answer_plainly
from tests.graph.risk.plain.world import World, half_up, to_milliseconds

GUARANTEE, APPLY = "PersonGuaranteePerson", "PersonApplyLoan"


class InMemory:
    """A snapshot as networkx's graphs of transfers and guarantees, and as plain dictionaries."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._graphs = {kind: nx.MultiDiGraph() for kind in (TRANSFER, GUARANTEE)}
        for (kind, _), edges in world.outgoing.items():
            if kind in self._graphs:
                for edge in edges:
                    self._graphs[kind].add_edge(edge.source, edge.target, at=edge.at)

    def answer(self, query: str, params: dict[str, Any]) -> list[Any]:
        """Return rows as examples have them."""
        if query == "TCR3":
            return [[self._shortest(params)]]
        if query == "TCR11":
            return [self._chain(params)]
        return answer_plainly(self._world, query, params)

    def _windowed(self, kind: str, params: dict[str, Any]) -> Any:
        start, end = (to_milliseconds(params[name]) for name in ("startTime", "endTime"))
        graph = self._graphs[kind]
        return nx.subgraph_view(
            graph, filter_edge=lambda one, other, key: start < graph[one][other][key]["at"] < end
        )

    def _shortest(self, params: dict[str, Any]) -> int:
        ends = int(params["id1"]), int(params["id2"])
        if ends[0] == ends[1]:
            return 0
        try:
            return nx.shortest_path_length(self._windowed(TRANSFER, params), *ends)
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return -1

    def _chain(self, params: dict[str, Any]) -> list[Any]:
        graph, person = self._windowed(GUARANTEE, params), int(params["id"])
        reached = nx.descendants(graph, person) if person in graph else set()
        loans = {
            edge.target for one in reached for edge in self._world.outgoing.get((APPLY, one), [])
        }
        return [half_up(sum(self._world.loans[loan][0] for loan in loans)), len(loans)]
