"""What the graph shows of somebody's money."""

from datetime import datetime
from typing import Any
from uuid import UUID

from graph.projection.checking import compare_all
from graph.projection.registry import list_kinds
from tests.graph.projection.rows import run
from tests.people import level_graph
from wallet.accounts.services import account_of


def node_of(person: UUID, *, at: datetime) -> str:
    """Return the id of the person's account in CNY."""
    return str(account_of(person_id=person, currency="CNY", at=at))


def edges_of(account: str, kind: str) -> list[tuple[Any, ...]]:
    """Return what leads from and to an account by edges of a kind, in the order of time: from whom,
    to whom, amount.
    """
    level_graph()
    rows = run(
        "MATCH (one)-[edge]->(other) WHERE type(edge) = $kind AND $account IN [one.id, other.id]"
        " RETURN one.id AS one, other.id AS other, edge.amount AS amount"
        " ORDER BY edge.at, edge.id",
        kind=kind, account=account,
    )  # fmt: skip
    return [(row["one"], row["other"], row["amount"]) for row in rows]


def properties(label: str, node_id: UUID | str) -> dict[str, Any]:
    """Return what a node keeps."""
    level_graph()
    (row,) = run(
        "MATCH (node {id: $id}) WHERE $label IN labels(node) RETURN properties(node) AS node",
        id=str(node_id), label=label,
    )  # fmt: skip
    return dict(row["node"])


def differences() -> list[str]:
    """Return where the graph is not what PostgreSQL says."""
    level_graph()
    # Of money alone: other tests change tiers behind the back of the graph.
    kinds = [kind for kind in list_kinds() if kind.lane == "money"]
    return [found for kind in kinds for found in compare_all(kind=kind, most=5)]
