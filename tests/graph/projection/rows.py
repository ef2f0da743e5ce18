"""Rows of the projection made by hand, and how they stand in Neo4j."""

from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from graph.database import driver
from graph.projection.registry import Row


def person_row(person_id: UUID, version: int = 1, **fields: Any) -> Row:
    row = {"id": str(person_id), "version": version, "username": "x", "tier": "basic",
           "blocked": False, "created_at": 1}  # fmt: skip
    return row | fields


def friendship_row(low: UUID, high: UUID, version: int = 1, **fields: Any) -> Row:
    row = {"id": str(uuid7()), "version": version, "low": str(low), "high": str(high),
           "live": True, "family": False, "since": 1}  # fmt: skip
    return row | fields


def line_row(giver: UUID, receiver: UUID, version: int = 1, **fields: Any) -> Row:
    row = {"id": str(uuid7()), "version": version, "giver": str(giver), "receiver": str(receiver),
           "capacity": 5, "reserved": 0, "burned": 0, "free": 5, "lenders": "any"}  # fmt: skip
    return row | fields


def run(cypher: str, **parameters: Any) -> list[dict[str, Any]]:
    """Ask or change the graph behind the service's back."""
    with driver().session() as session:
        return session.run(cypher, parameters).data()


def edges_between(one: UUID, other: UUID) -> list[dict[str, Any]]:
    """Return the properties of all edges between two people, either direction, by id."""
    query = """
        MATCH (:Person {id: $one})-[edge]-(:Person {id: $other})
        RETURN properties(edge) AS edge ORDER BY edge.id
    """
    return [row["edge"] for row in run(query, one=str(one), other=str(other))]


def forget_people(*people: UUID) -> None:
    """Take people out of the graph who are in it alone."""
    run(
        "MATCH (person:Person) WHERE person.id IN $people DETACH DELETE person",
        people=[str(person) for person in people],
    )
