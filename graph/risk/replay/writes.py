"""FinBench's nineteen writes and three read-writes, as statements and as what is done with them.

A write that cannot be is refused and changes nothing: a new node whose id exists, an edge with a
missing end, a second edge of a kind that is there once.
"""

from collections.abc import Mapping
from typing import Any, Literal

from neo4j import Driver, ManagedTransaction, Session

from graph.statements import Statement, register_statement

# `place` tells an edge from its like, as an import does; `createTime` is that of the node.
MONEY = ("amount", "amount_thousandths", "amount_rest")
LENT = ("loanAmount", "loanAmount_thousandths", "loanAmount_rest",
        "balance", "balance_thousandths", "balance_rest")  # fmt: skip
OPENED = ("accountId", "time", "accountBlocked", "accountType", "createTime", "place")
BORROWED = ("loanId", *LENT, "time", "createTime", "place")
BETWEEN = ("time", "place")


def _statement(
    name: str,
    *parameters: str,
    column: str,
    access: Literal["read", "write"] = "write",
    more: tuple[str, ...] = (),
    warm: Mapping[str, Any] | None = None,
) -> Statement:
    return register_statement(
        Statement("risk", f"write.{name}", access, parameters, (column, *more), warm)
    )  # fmt: skip


def _node(name: str, *parameters: str) -> Statement:
    return _statement(name, *parameters, column="written")


def _edge(name: str, *parameters: str) -> Statement:
    return _statement(name, *parameters, *BETWEEN, column="edge")


WRITES = {
    "TW1": _node("tw1", "personId", "personName", "isBlocked", "createTime"),
    "TW2": _node("tw2", "companyId", "companyName", "isBlocked", "createTime"),
    "TW3": _node("tw3", "mediumId", "mediumType", "isBlocked", "createTime"),
    "TW4": _node("tw4", "personId", *OPENED),
    "TW5": _node("tw5", "companyId", *OPENED),
    "TW6": _node("tw6", "personId", *BORROWED),
    "TW7": _node("tw7", "companyId", *BORROWED),
    "TW8": _edge("tw8", "personId", "companyId", "ratio"),
    "TW9": _edge("tw9", "companyId1", "companyId2", "ratio"),
    "TW10": _edge("tw10", "personId1", "personId2"),
    "TW11": _edge("tw11", "companyId1", "companyId2"),
    "TW12": _edge("tw12", "accountId1", "accountId2", *MONEY),
    "TW13": _edge("tw13", "accountId1", "accountId2", *MONEY),
    "TW14": _edge("tw14", "accountId", "loanId", *MONEY),
    "TW15": _edge("tw15", "loanId", "accountId", *MONEY),
    "TW16": _edge("tw16", "mediumId", "accountId"),
    "TW17": _node("tw17", "accountId"),
    "TW18": _node("tw18", "accountId"),
    "TW19": _node("tw19", "personId"),
}

_SPAN = ("startTime", "endTime")
ACCOUNT_FLAGS = _statement("account_flags", "srcId", "dstId", column="blocked", access="read")
PERSON_FLAGS = _statement("person_flags", "srcId", "dstId", column="blocked", access="read")
# Each is asked in the transaction that has written the edge.
TESTS = {
    "TRW1": _statement("trw1", "srcId", "dstId", *_SPAN, column="hit", access="read"),
    "TRW2": _statement(
        "trw2", "srcId", "dstId", "edge", "amountThreshold", "ratioThreshold", *_SPAN,
        column="hit", more=("ratios",), access="read",
        # Real payments wait for it as well, see graph/intents.
        warm={"srcId": "", "dstId": "", "edge": "", "amountThreshold": 0, "ratioThreshold": 0,
              "startTime": 0, "endTime": 0},
    ),
    "TRW3": _statement(
        "trw3", "srcId", "edge", "threshold", *_SPAN, column="hit", access="read"
    ),
}  # fmt: skip

# What becomes of an operation: written; refused, because it cannot be; stopped, because one end is
# blocked; hit, and so both ends are blocked now.
Outcome = Literal["written", "refused", "stopped", "hit"]


class _Hit(Exception):
    """Undoes the transaction in which it is raised."""


def apply_write(session: Session, name: str, parameters: Mapping[str, Any]) -> Outcome:
    """Carry out one of TW1 to TW19."""
    statement = WRITES[name]
    rows = session.execute_write(_run, statement, _fit(statement, parameters))
    return "written" if rows else "refused"


def apply_read_write(session: Session, name: str, parameters: Mapping[str, Any]) -> Outcome:
    """Carry out one of TRW1 to TRW3: write an edge unless a test hits, and then block both ends.

    The edge and the test are one transaction, the blocking is another, after the first is undone.
    """
    ends = {"srcId": parameters["srcId"], "dstId": parameters["dstId"]}
    of_people = name == "TRW3"
    flags = session.execute_read(_run, PERSON_FLAGS if of_people else ACCOUNT_FLAGS, ends)
    if not flags:
        return "refused"
    if flags[0]["blocked"]:
        return "stopped"
    try:
        return session.execute_write(_write_unless_hit, name, parameters)
    except _Hit:
        session.execute_write(_block, of_people, sorted(ends.values()))
        return "hit"


def _write_unless_hit(
    transaction: ManagedTransaction, name: str, parameters: Mapping[str, Any]
) -> Outcome:
    of_people = name == "TRW3"
    one, other = ("personId1", "personId2") if of_people else ("accountId1", "accountId2")
    written = {one: parameters["srcId"], other: parameters["dstId"]} | dict(parameters)
    statement = WRITES["TW10" if of_people else "TW12"]
    rows = _run(transaction, statement, _fit(statement, written))
    if not rows:
        return "refused"
    test = TESTS[name]
    asked = _fit(test, dict(parameters) | {"edge": rows[0]["edge"]})
    if _run(transaction, test, asked)[0]["hit"]:
        raise _Hit
    return "written"


def _block(transaction: ManagedTransaction, of_people: bool, ids: list[int]) -> None:  # noqa: FBT001
    statement = WRITES["TW19" if of_people else "TW18"]
    for one in ids:
        _run(transaction, statement, {statement.parameters[0]: one})


def _run(
    transaction: ManagedTransaction, statement: Statement, parameters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    return transaction.run(statement.text, dict(parameters)).data()


def _fit(statement: Statement, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: parameters.get(name) for name in statement.parameters}


def apply(driver: Driver, name: str, parameters: Mapping[str, Any]) -> Outcome:
    """Carry out any of them in a session of its own."""
    with driver.session() as session:
        way = apply_read_write if name in TESTS else apply_write
        return way(session, name, parameters)
