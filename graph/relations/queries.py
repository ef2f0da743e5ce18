"""Cypher about somebody's standing among others."""

from graph.statements import Statement, register_statement

FIND_STANDING = register_statement(
    Statement(
        app="relations", name="find_standing", access="read", parameters=("people", "least"),
        columns=("person_id", "friends", "behind", "burned"),
    )
)  # fmt: skip
