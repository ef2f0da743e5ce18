"""All that the second Neo4j holds, to be compared."""

from collections import Counter
from typing import Any

from neo4j import Driver

NODES = "MATCH (n) WHERE NOT n:Snapshot RETURN labels(n)[0] AS label, properties(n) AS properties"
EDGES = """
    MATCH (a)-[e]->(b)
    RETURN type(e) AS type, labels(a)[0] AS kind, a.id AS source, b.id AS target,
      properties(e) AS properties
"""


def dump(driver: Driver) -> tuple[Counter[Any], Counter[Any]]:
    """Return the nodes and the edges, each with how often it is there."""
    with driver.session() as session:
        nodes = Counter(
            (row["label"], tuple(sorted(row["properties"].items()))) for row in session.run(NODES)
        )
        edges = Counter(
            (row["type"], row["kind"], row["source"], row["target"],
             tuple(sorted(row["properties"].items())))
            for row in session.run(EDGES)
        )  # fmt: skip
    return nodes, edges
