"""FinBench's writes one by one: what each adds, and that what cannot be changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from neo4j import Driver

from graph.risk.replay.writes import WRITES, Outcome, apply
from graph.risk.snapshots.loading import begin
from tests.graph.risk.dump import dump

MONEY = {"amount": 2.5, "amount_thousandths": 2500, "amount_rest": 0}
LENT = {
    f"{name}{key.removeprefix('amount')}": value
    for name in ("loanAmount", "balance")
    for key, value in MONEY.items()
}
ACCOUNT = {"time": 5, "createTime": 4, "accountBlocked": False, "accountType": "debit card"}
NEW: dict[str, dict[str, Any]] = {
    "TW1": {"personId": 9, "personName": "Ann", "isBlocked": False, "createTime": 5},
    "TW2": {"companyId": 9, "companyName": "Co", "isBlocked": False, "createTime": 5},
    "TW3": {"mediumId": 9, "mediumType": "WIFI", "isBlocked": True, "createTime": 5},
    "TW4": {"personId": 1, "accountId": 9, **ACCOUNT},
    "TW5": {"companyId": 1, "accountId": 9, **ACCOUNT},
    "TW6": {"personId": 1, "loanId": 9, "time": 5, "createTime": 4, **LENT},
    "TW7": {"companyId": 1, "loanId": 9, "time": 5, "createTime": 4, **LENT},
    "TW8": {"personId": 1, "companyId": 2, "time": 5, "ratio": 0.25},
    "TW9": {"companyId1": 1, "companyId2": 2, "time": 5, "ratio": 0.25},
    "TW10": {"personId1": 1, "personId2": 2, "time": 5},
    "TW11": {"companyId1": 1, "companyId2": 2, "time": 5},
    "TW12": {"accountId1": 1, "accountId2": 2, "time": 5, **MONEY},
    "TW13": {"accountId1": 1, "accountId2": 2, "time": 5, **MONEY},
    "TW14": {"accountId": 1, "loanId": 2, "time": 5, **MONEY},
    "TW15": {"loanId": 1, "accountId": 2, "time": 5, **MONEY},
    "TW16": {"mediumId": 1, "accountId": 2, "time": 5},
}
SUMS = (("amount", 2.5), ("at", 5), ("rest", 0), ("thousandths", 2500))
# What each adds: a node, an edge.
NODES = {
    "TW1": ("Person", {"id": 9, "name": "Ann", "blocked": False, "created_at": 5}),
    "TW2": ("Company", {"id": 9, "name": "Co", "blocked": False, "created_at": 5}),
    "TW3": ("Device", {"id": 9, "type": "WIFI", "blocked": True, "created_at": 5}),
    "TW4": ("Account", {"id": 9, "type": "debit card", "blocked": False, "created_at": 4}),
    "TW5": ("Account", {"id": 9, "type": "debit card", "blocked": False, "created_at": 4}),
    "TW6": ("Loan", {"id": 9, "created_at": 4, "balance": 2.5, "balance_rest": 0,
                     "balance_thousandths": 2500, **MONEY}),
    "TW7": ("Loan", {"id": 9, "created_at": 4, "balance": 2.5, "balance_rest": 0,
                     "balance_thousandths": 2500, **MONEY}),
}  # fmt: skip
EDGES = {
    "TW4": ("OWNS", "Person", 1, 9, (("at", 5),)),
    "TW5": ("OWNS", "Company", 1, 9, (("at", 5),)),
    "TW6": ("APPLIED", "Person", 1, 9, (("at", 5),)),
    "TW7": ("APPLIED", "Company", 1, 9, (("at", 5),)),
    "TW8": ("INVESTS", "Person", 1, 2, (("at", 5), ("ratio", 0.25))),
    "TW9": ("INVESTS", "Company", 1, 2, (("at", 5), ("ratio", 0.25))),
    "TW10": ("GUARANTEES", "Person", 1, 2, (("at", 5),)),
    "TW11": ("GUARANTEES", "Company", 1, 2, (("at", 5),)),
    "TW12": ("TRANSFERRED", "Account", 1, 2, SUMS),
    "TW13": ("WITHDREW", "Account", 1, 2, SUMS),
    "TW14": ("REPAID", "Account", 1, 2, SUMS),
    "TW15": ("DEPOSITED", "Loan", 1, 2, SUMS),
    "TW16": ("SIGNED_IN", "Device", 1, 2, (("at", 5),)),
}
REPEATED = ("TW12", "TW13", "TW14", "TW15", "TW16")


@pytest.fixture(scope="module")
def empty(finbench: Driver) -> Driver:
    begin(finbench)
    return finbench


@pytest.fixture
def graph(empty: Driver) -> Iterator[Driver]:
    """Yield a graph with two nodes of each kind, 1 and 2."""
    with empty.session() as session:
        for label in ("Person", "Company", "Account", "Loan", "Device"):
            session.run(f"CREATE (:{label} {{id: 1}}), (:{label} {{id: 2}})").consume()
        yield empty
        session.run("MATCH (n) DETACH DELETE n").consume()


@pytest.mark.parametrize("name", NEW)
def test_a_write_adds_its_node_and_its_edge(graph: Driver, name: str) -> None:
    nodes, edges = dump(graph)

    assert apply(graph, name, NEW[name]) == "written"

    more_nodes, more_edges = dump(graph)
    assert [(label, dict(properties)) for label, properties in more_nodes - nodes] == (
        [NODES[name]] if name in NODES else []
    )
    assert list(more_edges - edges) == ([EDGES[name]] if name in EDGES else [])


@pytest.mark.parametrize("name", NEW)
def test_a_second_one_is_added_only_of_edges_that_repeat(graph: Driver, name: str) -> None:
    apply(graph, name, NEW[name])
    before = dump(graph)

    outcome: Outcome = "written" if name in REPEATED else "refused"
    assert apply(graph, name, NEW[name]) == outcome

    after = dump(graph)
    assert after[0] == before[0]
    assert list(after[1] - before[1]) == ([EDGES[name]] if name in REPEATED else [])


@pytest.mark.parametrize("name", [*list(NEW)[3:], "TW17", "TW18", "TW19"])
def test_a_write_with_a_missing_end_changes_nothing(graph: Driver, name: str) -> None:
    before = dump(graph)
    given = NEW.get(name) or dict.fromkeys(WRITES[name].parameters, 1)
    ends = [end for end, value in given.items() if "Id" in end and value != 9]

    for end in ends:
        assert apply(graph, name, given | {end: 77}) == "refused"

    assert ends
    assert dump(graph) == before


def test_removing_an_account_takes_its_edges_and_its_loans_along(graph: Driver) -> None:
    """
    loan 1 -> account 1 -> loan 2 -> account 2,  1 -> 2 by transfer, withdrawal, person, medium
    """
    for name, given in (
        ("TW15", {"loanId": 1, "accountId": 1}), ("TW14", {"accountId": 1, "loanId": 2}),
        ("TW15", {"loanId": 2, "accountId": 2}), ("TW12", {"accountId1": 1, "accountId2": 2}),
        ("TW13", {"accountId1": 2, "accountId2": 1}), ("TW16", {"mediumId": 1, "accountId": 1}),
        ("TW16", {"mediumId": 1, "accountId": 2}),
    ):  # fmt: skip
        assert apply(graph, name, given | {"time": 5} | MONEY) == "written"
    apply(graph, "TW6", NEW["TW6"])
    apply(graph, "TW15", {"loanId": 9, "accountId": 2, "time": 5} | MONEY)

    assert apply(graph, "TW17", {"accountId": 1}) == "written"

    nodes, edges = dump(graph)
    left = sorted((label, dict(properties)["id"]) for label, properties in nodes)
    assert left == [
        ("Account", 2), ("Company", 1), ("Company", 2), ("Device", 1), ("Device", 2), ("Loan", 9),
        ("Person", 1), ("Person", 2),
    ]  # fmt: skip
    assert sorted(edge[:4] for edge in edges) == [
        ("APPLIED", "Person", 1, 9), ("DEPOSITED", "Loan", 9, 2), ("SIGNED_IN", "Device", 1, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "label"), [("TW18", "Account"), ("TW19", "Person")])
def test_blocking_blocks_and_may_be_repeated(graph: Driver, name: str, label: str) -> None:
    (parameter,) = WRITES[name].parameters

    for _ in range(2):
        assert apply(graph, name, {parameter: 1}) == "written"
        nodes, _ = dump(graph)
        assert [one for one in nodes if ("blocked", True) in one[1]] == [
            (label, (("blocked", True), ("id", 1)))
        ]


def transfer(graph: Driver, one: int, other: int, at: int, amount: int = 1) -> None:
    money = {"amount": float(amount), "amount_thousandths": amount * 1000, "amount_rest": 0}
    given = {"accountId1": one, "accountId2": other, "time": at}
    assert apply(graph, "TW12", given | money) == "written"


def gate(graph: Driver, name: str, one: int = 1, other: int = 2, **more: Any) -> Outcome:
    given = {"srcId": one, "dstId": other, "time": 99, "startTime": 0, "endTime": 10,
             "amountThreshold": 0.0, "ratioThreshold": 2.0, "threshold": 2.5}  # fmt: skip
    return apply(graph, name, given | MONEY | more)


def blocked(graph: Driver) -> list[tuple[str, int]]:
    nodes, _ = dump(graph)
    return sorted(
        (label, dict(properties)["id"])
        for label, properties in nodes
        if dict(properties).get("blocked")
    )


def count_edges(graph: Driver) -> int:
    return sum(dump(graph)[1].values())


@pytest.mark.parametrize(
    ("second", "third", "outcome"),
    [(5, 6, "hit"), (6, 5, "hit"), (0, 5, "written"), (5, 10, "written"), (1, 9, "hit")],
)
def test_trw1_refuses_a_transfer_that_closes_a_cycle_of_three(
    graph: Driver, second: int, third: int, outcome: Outcome
) -> None:
    """
    2 -> 9 -> 1 at `third` and `second`, and now 1 -> 2
    """
    apply(graph, "TW4", NEW["TW4"])
    transfer(graph, 2, 9, third)
    transfer(graph, 9, 1, second)
    before = count_edges(graph)

    assert gate(graph, "TRW1") == outcome

    is_hit = outcome == "hit"
    assert count_edges(graph) == before + (not is_hit)
    assert blocked(graph) == ([("Account", 1), ("Account", 2)] if is_hit else [])


@pytest.mark.parametrize("ends", [(1, 1), (1, 2)])
def test_trw1_needs_three_accounts(graph: Driver, ends: tuple[int, int]) -> None:
    """
    1 -> 1 and 2 -> 1
    """
    transfer(graph, 1, 1, 5)
    transfer(graph, 2, 1, 5)

    assert gate(graph, "TRW1", *ends) == "written"


@pytest.mark.parametrize(
    ("came", "limit", "threshold", "outcome"),
    [
        # The new edge of 2.5 takes part: 5 / 2.5 is 2, 6 / 2.5 is 2.4.
        (5, 2.0, 0.0, "written"), (6, 2.0, 0.0, "hit"), (6, 2.4, 0.0, "written"),
        # The older edge is none of those above the threshold; then the new one.
        (6, 2.0, 6.0, "written"), (6, 2.0, 2.5, "written"),
    ],
)  # fmt: skip
def test_trw2_refuses_what_makes_the_sender_take_too_much(
    graph: Driver, came: int, limit: float, threshold: float, outcome: Outcome
) -> None:
    apply(graph, "TW4", NEW["TW4"])
    transfer(graph, 9, 1, 5, came)

    assert gate(graph, "TRW2", ratioThreshold=limit, amountThreshold=threshold) == outcome

    assert blocked(graph) == ([("Account", 1), ("Account", 2)] if outcome == "hit" else [])


def test_trw2_looks_at_the_receiver_too_and_at_the_window(graph: Driver) -> None:
    """
    2 sends 1 to 9, and gets 2.5 now; what it sent at a bound does not count.
    """
    apply(graph, "TW4", NEW["TW4"])
    transfer(graph, 2, 9, 10, 50)
    assert gate(graph, "TRW2", ratioThreshold=0.1) == "written"

    transfer(graph, 2, 9, 5)

    assert gate(graph, "TRW2", ratioThreshold=2.0) == "hit"
    assert blocked(graph) == [("Account", 1), ("Account", 2)]


@pytest.mark.parametrize(
    ("limit", "at", "outcome"),
    [(2.5, 5, "hit"), (5.0, 5, "written"), (2.5, 10, "written"), (2.499, 10, "hit")],
)
def test_trw3_refuses_a_guarantee_whose_chain_carries_too_much(
    graph: Driver, limit: float, at: int, outcome: Outcome
) -> None:
    """
    1 -> 2 now, 2 -> 9 before; 2 and 9 borrowed 2.5 each
    """
    apply(graph, "TW1", NEW["TW1"])
    for loan, person in ((7, 2), (8, 9)):
        apply(graph, "TW6", NEW["TW6"] | {"personId": person, "loanId": loan})
    apply(graph, "TW10", {"personId1": 2, "personId2": 9, "time": at})
    before = count_edges(graph)

    assert gate(graph, "TRW3", threshold=limit) == outcome

    is_hit = outcome == "hit"
    assert count_edges(graph) == before + (not is_hit)
    assert blocked(graph) == ([("Person", 1), ("Person", 2)] if is_hit else [])


@pytest.mark.parametrize("name", ["TRW1", "TRW2", "TRW3"])
@pytest.mark.parametrize("end", [1, 2])
def test_where_one_end_is_blocked_nothing_is_written_and_nobody_blocked(
    graph: Driver, name: str, end: int
) -> None:
    kind, block = ("person", "TW19") if name == "TRW3" else ("account", "TW18")
    apply(graph, block, {f"{kind}Id": end})
    before = dump(graph)

    assert gate(graph, name, threshold=-1.0, ratioThreshold=-2.0) == "stopped"
    assert gate(graph, name, other=77) == "refused"

    assert dump(graph) == before
