"""Cypher statements about finding people."""

from graph.statements import Statement, register_statement

SUGGEST_FRIENDS = register_statement(
    Statement(
        app="finding", name="suggest_friends", access="read",
        parameters=("person_id", "hidden", "limit", "shown", "most"),
        columns=("person_id", "mutual", "count"),
        warm={"person_id": "", "hidden": [], "limit": 1, "shown": 1, "most": 1},
    )
)  # fmt: skip
