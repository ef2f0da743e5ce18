"""The projection's Cypher statements."""

from typing import Any

from graph.statements import Statement, register_statement

APP = "projection"
ROW = ("row",)


def _apply(name: str, *parameters: str) -> Statement:
    nothing: dict[str, list[Any]] = {parameter: [] for parameter in parameters}
    return register_statement(Statement(APP, name, "write", parameters, warm=nothing))


def _dump(name: str) -> Statement:
    return register_statement(Statement(APP, name, "read", (), ROW))


def _schema(name: str) -> Statement:
    return register_statement(Statement(APP, name, "write", ()))


APPLY_PEOPLE = _apply("apply_people", "rows")
APPLY_FRIENDSHIPS = _apply("apply_friendships", "people", "rows")
APPLY_LINES = _apply("apply_lines", "people", "rows")
APPLY_PAYMENTS = _apply("apply_payments", "people", "rows")

DUMP_PEOPLE = _dump("dump_people")
DUMP_FRIENDSHIPS = _dump("dump_friendships")
DUMP_LINES = _dump("dump_lines")
DUMP_PAYMENTS = _dump("dump_payments")

DELETE_ALL = register_statement(Statement(APP, "delete_all", "write", ()))

CONSTRAINTS = (
    _schema("constrain_person"),
    _schema("constrain_friendship"),
    _schema("constrain_line"),
    _schema("constrain_payment"),
)
