"""What of a snapshot is older than a moment, and the rest as FinBench's writes in order of time."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graph.risk.snapshots.reading import BadSnapshot, Row, Snapshot
from graph.risk.snapshots.tables import EDGES, NODES

# Note [When a node is there]
# Some accounts are older than the person who owns them. An edge with a missing end is refused, so
# a node is written no later than the first edge that names it; its own time stays what it was.

Key = tuple[str, int]


@dataclass(frozen=True)
class Operation:
    """A write: when it is due, in milliseconds since 1970, its name and its parameters."""

    at: int
    name: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What is loaded first, and what is applied then."""

    older: Snapshot
    operations: list[Operation]


# The writes that add an edge, with the names of its ends.
EDGE_WRITES = {
    "PersonInvestCompany": ("TW8", "personId", "companyId"),
    "CompanyInvestCompany": ("TW9", "companyId1", "companyId2"),
    "PersonGuaranteePerson": ("TW10", "personId1", "personId2"),
    "CompanyGuaranteeCompany": ("TW11", "companyId1", "companyId2"),
    "AccountTransferAccount": ("TW12", "accountId1", "accountId2"),
    "AccountWithdrawAccount": ("TW13", "accountId1", "accountId2"),
    "AccountRepayLoan": ("TW14", "accountId", "loanId"),
    "LoanDepositAccount": ("TW15", "loanId", "accountId"),
    "MediumSignInAccount": ("TW16", "mediumId", "accountId"),
}
# The writes that add an account or a loan together with whose it is.
OWNED_WRITES = {
    "PersonOwnAccount": ("TW4", "personId", "Account"),
    "CompanyOwnAccount": ("TW5", "companyId", "Account"),
    "PersonApplyLoan": ("TW6", "personId", "Loan"),
    "CompanyApplyLoan": ("TW7", "companyId", "Loan"),
}
NODE_WRITES: dict[str, tuple[str, Callable[[Row], dict[str, Any]]]] = {
    "Person": ("TW1", lambda row: {"personId": row["id"], "personName": row["name"]}),
    "Company": ("TW2", lambda row: {"companyId": row["id"], "companyName": row["name"]}),
    "Medium": ("TW3", lambda row: {"mediumId": row["id"], "mediumType": row["type"]}),
}


def make_plan(snapshot: Snapshot, *, since: int) -> Plan:
    """Part a snapshot at a moment (milliseconds since 1970): what is older, and what follows.

    Raises BadSnapshot where no write of FinBench's adds a node, because nobody owns it.
    """
    due = _due(snapshot)
    owned = _owned(snapshot)
    older = Snapshot(made_up=snapshot.made_up)
    later: list[tuple[int, int, int, Operation]] = []
    for table in NODES:
        rows = snapshot.rows[table.name]
        older.rows[table.name] = [row for row in rows if due[table.node, row["id"]] < since]
        for row in rows:
            at = due[table.node, row["id"]]
            if at >= since:
                # Whose it is comes before what is theirs.
                rank = 1 if table.node in ("Account", "Loan") else 0
                name, parameters = _node_write(table.name, (table.node, row["id"]), row, owned)
                later.append((at, rank, len(later), Operation(at, name, parameters)))
    for table in EDGES:
        older.rows[table.name] = []
        for row in snapshot.rows[table.name]:
            at = row["at"]
            if table.name in OWNED_WRITES:
                # It comes with its account or loan.
                at = due[OWNED_WRITES[table.name][2], row["target"]]
            if at < since:
                older.rows[table.name].append(row)
            elif table.name in EDGE_WRITES:
                later.append((at, 2, len(later), _edge_write(table.name, row)))
    later.sort(key=lambda one: one[:3])
    return Plan(older, [operation for *_, operation in later])


def _due(snapshot: Snapshot) -> dict[Key, int]:
    """Return when each node is to be there. See Note [When a node is there]."""
    due: dict[Key, int] = {}
    for table in NODES:
        for row in snapshot.rows[table.name]:
            due[table.node, row["id"]] = row["created_at"]
    for table in EDGES:
        for row in snapshot.rows[table.name]:
            for end, label in table.ends:
                key = (label, row[end])
                due[key] = min(due.get(key, row["at"]), row["at"])
    # An account that came sooner than its row of ownership says brings its owner along.
    for name, (_, _, label) in OWNED_WRITES.items():
        owner = name.partition("Own")[0].partition("Apply")[0]
        for row in snapshot.rows[name]:
            due[owner, row["source"]] = min(
                due[owner, row["source"]], due[label, row["target"]]
            )  # fmt: skip
    return due


def _owned(snapshot: Snapshot) -> dict[Key, list[tuple[str, Row]]]:
    owned: dict[Key, list[tuple[str, Row]]] = defaultdict(list)
    for name, (_, _, label) in OWNED_WRITES.items():
        for row in snapshot.rows[name]:
            owned[label, row["target"]].append((name, row))
    return owned


def _node_write(
    table: str, key: Key, row: Row, owned: dict[Key, list[tuple[str, Row]]]
) -> tuple[str, dict[str, Any]]:
    if table in NODE_WRITES:
        name, names = NODE_WRITES[table]
        return name, names(row) | {"isBlocked": row["blocked"], "createTime": row["created_at"]}
    if len(owned[key]) != 1:
        raise BadSnapshot(f"{table} {row['id']} has {len(owned[key])} owners instead of one.")
    ((by, edge),) = owned[key]
    name, owner, _ = OWNED_WRITES[by]
    parameters = {
        owner: edge["source"], "time": edge["at"], "place": edge["id"],
        "createTime": row["created_at"],
    }  # fmt: skip
    if table == "Account":
        return name, parameters | {
            "accountId": row["id"], "accountBlocked": row["blocked"], "accountType": row["type"]
        }  # fmt: skip
    return name, parameters | {"loanId": row["id"]} | _lent(row)


def _lent(row: Row) -> dict[str, Any]:
    found = {f"loanAmount{end}": row[f"amount{end}"] for end in ("", "_thousandths", "_rest")}
    return found | {name: row[name] for name in row if name.startswith("balance")}


def _edge_write(table: str, row: Row) -> Operation:
    name, source, target = EDGE_WRITES[table]
    more = {key: row[key] for key in row if key.startswith(("amount", "ratio"))}
    parameters = {source: row["source"], target: row["target"], "time": row["at"]}
    return Operation(row["at"], name, parameters | more | {"place": row["id"]})


def with_read_writes(
    operations: list[Operation], *, percent: int, span: int, thresholds: dict[str, float]
) -> Iterator[Operation]:
    """Yield the operations, of each hundred transfers and guarantees so many as read-writes.

    Transfers are put to TRW1 and TRW2 by turns, guarantees between persons to TRW3; the window of
    the tests is the `span` milliseconds before.
    """
    seen: dict[str, int] = defaultdict(int)
    chosen: dict[str, int] = defaultdict(int)
    for operation in operations:
        kind = operation.name
        if kind not in ("TW12", "TW10"):
            yield operation
            continue
        seen[kind] += 1
        if seen[kind] * percent // 100 == chosen[kind]:
            yield operation
            continue
        chosen[kind] += 1
        yield _gated(operation, chosen[kind], span, thresholds)


def _gated(operation: Operation, count: int, span: int, thresholds: dict[str, float]) -> Operation:
    given = operation.parameters
    window = {"startTime": operation.at - span, "endTime": operation.at}
    if operation.name == "TW10":
        ends = {"srcId": given["personId1"], "dstId": given["personId2"]}
        limits = {"threshold": thresholds["threshold"]}
        return Operation(operation.at, "TRW3", given | ends | window | limits)
    ends = {"srcId": given["accountId1"], "dstId": given["accountId2"]}
    name = "TRW1" if count % 2 else "TRW2"
    limits = {one: thresholds[one] for one in ("amountThreshold", "ratioThreshold")}
    return Operation(operation.at, name, given | ends | window | limits)
