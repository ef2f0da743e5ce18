"""Cypher statements about friends."""

from graph.statements import Statement, register_statement

SUGGEST_FRIENDS = register_statement(
    Statement(
        app="friends", name="suggest_friends", access="read",
        parameters=("person_id", "hidden", "limit", "shown"), columns=("person_id", "mutual"),
        warm={"person_id": "", "hidden": [], "limit": 1, "shown": 1},
    )
)  # fmt: skip
