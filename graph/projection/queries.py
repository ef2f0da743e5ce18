"""The projection's Cypher statements."""

from typing import Any

from graph.statements import Statement, register_statement

APP = "projection"


# Note [One plan for all sizes]
# Neo4j plans a statement anew for each order of magnitude of each list among its parameters, and a
# lane would stand still for a second whenever a batch of another size comes. It does not look at
# lists inside a map.
def _apply(name: str, *lists: str) -> Statement:
    nothing: dict[str, list[Any]] = {one: [] for one in lists}
    return register_statement(
        Statement(APP, f"apply_{name}", "write", ("batch",), warm={"batch": nothing})
    )


def _dump(name: str) -> Statement:
    return register_statement(
        Statement(APP, f"dump_{name}", "read", ("first", "limit"), columns=("row",))
    )


APPLY_PEOPLE = _apply("people", "rows")
APPLY_FRIENDSHIPS = _apply("friendships", "people", "rows")
APPLY_LINES = _apply("lines", "people", "rows")
APPLY_ACCOUNTS = _apply("accounts", "people", "rows")
APPLY_CHANNELS = _apply("channels", "rows")
APPLY_PAYMENTS = _apply("payments", "accounts", "rows")
APPLY_WITHDRAWALS = _apply("withdrawals", "accounts", "rows")
APPLY_LOANS = _apply("loans", "people", "rows")
APPLY_DEPOSITS = _apply("deposits", "accounts", "loans", "rows")
APPLY_REPAYMENTS = _apply("repayments", "accounts", "loans", "rows")
APPLY_GUARANTEES = _apply("guarantees", "people", "rows")
APPLY_DEVICES = _apply("devices", "rows")
APPLY_SIGN_INS = _apply("sign_ins", "accounts", "devices", "rows")
APPLY_INTENTS = _apply("intents", "accounts", "rows")

DUMP_PEOPLE = _dump("people")
DUMP_FRIENDSHIPS = _dump("friendships")
DUMP_LINES = _dump("lines")
DUMP_ACCOUNTS = _dump("accounts")
DUMP_CHANNELS = _dump("channels")
DUMP_PAYMENTS = _dump("payments")
DUMP_WITHDRAWALS = _dump("withdrawals")
DUMP_LOANS = _dump("loans")
DUMP_DEPOSITS = _dump("deposits")
DUMP_REPAYMENTS = _dump("repayments")
DUMP_GUARANTEES = _dump("guarantees")
DUMP_DEVICES = _dump("devices")
DUMP_SIGN_INS = _dump("sign_ins")
DUMP_INTENTS = _dump("intents")

COUNT_ALL = register_statement(Statement(APP, "count_all", "read", (), columns=("name", "found")))
DELETE_ALL = register_statement(Statement(APP, "delete_all", "write", ()))
# All constraints and indexes, each ended by a semicolon; repeating it changes nothing.
SCHEMA = register_statement(Statement(APP, "schema", "write", ()))
