"""A replay ends where an import ends, and what its gates refused is accounted for."""

from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from neo4j import Driver

from graph.risk.management.commands.replay_finbench import Command as ReplayFinbench
from graph.risk.replay.plan import Operation, make_plan, with_read_writes
from graph.risk.replay.running import Reads, Report, lines_of, run, undone_of
from graph.risk.snapshots.loading import begin, load_rows, load_snapshot, require_snapshot
from graph.risk.snapshots.reading import BadSnapshot, Snapshot, read_snapshot
from tests.graph.risk.dump import dump
from tests.graph.risk.made import MadeWorld, write_snapshot

FROM = 1640995201500  # tick 3 of the made worlds
THRESHOLDS = {"amountThreshold": 0.0, "ratioThreshold": 1.5, "threshold": 2.0}


# Each statement is compiled when it is first run, which takes long on a busy machine.
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    worlds = [MadeWorld(seed, ages=True) for seed in (101, 102, 104)]
    return read_snapshot(write_snapshot(tmp_path_factory.mktemp("aged"), worlds))


def replay(
    driver: Driver, snapshot: Snapshot, *, percent: int, since: int = FROM, ratio: float = 1.5
) -> Report:
    plan = make_plan(snapshot, since=since)
    begin(driver)
    load_rows(driver, plan.older, progress=lambda *_: None)
    operations = with_read_writes(
        plan.operations,
        percent=percent,
        span=4_000,
        thresholds=THRESHOLDS | {"ratioThreshold": ratio},
    )
    return run(driver, operations, speed=0, writes_per_read=0, progress=lambda _: None)


@pytest.mark.parametrize("since", [0, FROM, FROM + 10**6])
def test_without_gates_it_ends_where_an_import_ends(
    finbench: Driver, snapshot: Snapshot, since: int
) -> None:
    load_snapshot(finbench, snapshot, source="x", progress=lambda *_: None)
    expected = dump(finbench)

    report = replay(finbench, snapshot, percent=0, since=since)

    assert report.undone == []
    assert dump(finbench) == expected
    applied = {name for name, outcomes in report.outcomes.items() if outcomes["written"]}
    if since == 0:
        assert applied == {f"TW{number}" for number in range(1, 17)}
    assert bool(applied) == (since <= FROM)


@pytest.mark.parametrize(("ratio", "hitting"), [(1e15, {"TRW1", "TRW3"}), (1.5, {"TRW2", "TRW3"})])
def test_with_gates_all_that_is_missing_was_refused(
    finbench: Driver, snapshot: Snapshot, ratio: float, hitting: set[str]
) -> None:
    load_snapshot(finbench, snapshot, source="x", progress=lambda *_: None)
    nodes, edges = dump(finbench)

    report = replay(finbench, snapshot, percent=60, since=0, ratio=ratio)

    found_nodes, found_edges = dump(finbench)
    hits = {
        ("Person" if operation.name == "TRW3" else "Account", operation.parameters[end])
        for operation, outcome in report.undone
        if outcome == "hit"
        for end in ("srcId", "dstId")
    }
    assert found_edges - edges == Counter()
    assert sorted(
        (edge[0], edge[2], edge[3], dict(edge[4])["id"]) for edge in edges - found_edges
    ) == (sorted(edge_of(operation) for operation, _ in report.undone))
    assert found_nodes == Counter(
        block_those(label, properties, hits) for label, properties in nodes
    )
    assert {name for name, outcomes in report.outcomes.items() if outcomes["hit"]} >= hitting
    assert {name for name, outcomes in report.outcomes.items() if outcomes["stopped"]} >= {"TRW1"}


def edge_of(operation: Operation) -> tuple[str, int, int, int]:
    given = operation.parameters
    kind = "GUARANTEES" if operation.name == "TRW3" else "TRANSFERRED"
    return kind, given["srcId"], given["dstId"], given["place"]


def block_those(label: str, properties: Any, hits: set[tuple[str, int]]) -> tuple[str, Any]:
    found = dict(properties)
    if (label, found["id"]) in hits:
        found["blocked"] = True
    return label, tuple(sorted(found.items()))


def test_operations_come_in_order_of_time_and_nodes_before_their_edges(snapshot: Snapshot) -> None:
    plan = make_plan(snapshot, since=0)

    moments = [operation.at for operation in plan.operations]
    assert moments == sorted(moments)
    there: set[tuple[str, int]] = {
        (label.lower(), row["id"]) for label, rows in plan.older.made_up.items() for row in rows
    }
    for operation in plan.operations:
        named = {
            (name.partition("Id")[0], value)
            for name, value in operation.parameters.items()
            if "Id" in name
        }
        if int(operation.name.removeprefix("TW")) >= 8:
            assert named <= there, operation
        there |= named


def test_of_a_hundred_so_many_go_through_gates() -> None:
    parameters = {"accountId1": 1, "accountId2": 2, "personId1": 3, "personId2": 4}
    operations = [
        Operation(place, name, parameters)
        for place in range(100)
        for name in ("TW12", "TW10", "TW13")
    ]  # fmt: skip

    for percent, gated in ((0, 0), (10, 10), (100, 100)):
        made = with_read_writes(operations, percent=percent, span=7, thresholds=THRESHOLDS)
        counts = Counter(operation.name for operation in made)
        assert counts["TRW1"] + counts["TRW2"] == counts["TRW3"] == gated
        assert counts["TRW1"] == counts["TRW2"]
        assert (counts["TW13"], counts["TW12"]) == (100, 100 - gated)


def test_a_node_that_nobody_owns_cannot_be_replayed(snapshot: Snapshot) -> None:
    rows = snapshot.rows | {"PersonOwnAccount": [], "CompanyOwnAccount": []}

    with pytest.raises(BadSnapshot, match="has 0 owners instead of one"):
        make_plan(Snapshot(rows, snapshot.made_up), since=0)


def test_reads_are_about_those_that_were_written_about_last() -> None:
    reads = Reads()
    for one, other in ((1, 2), (3, 4)):
        reads.see(Operation(0, "TW12", {"accountId1": one, "accountId2": other}))
    reads.see(Operation(0, "TW6", {"personId": 5, "loanId": 6, "loanAmount": 1.0}))

    calls = dict(reads.next_call(1640995200000) for _ in range(18))

    assert len(calls) == 18
    assert calls["TCR3"] == {
        "id1": 4, "id2": 3, "startTime": "2021-01-01T00:00:00.000Z",
        "endTime": "2022-01-01T00:00:00.000Z",
    }  # fmt: skip
    assert (calls["TCR2"]["id"], calls["TCR8"]["id"], calls["TSR1"]) == (5, 6, {"id": 4})
    assert calls["TCR10"]["pid1"] == 5


def test_a_report_says_what_was_done_and_how_late() -> None:
    report = Report(seconds=2.0, reads=1, late=1)
    for outcome in ("written", "written", "stopped"):
        ends = {"srcId": 8, "dstId": 9}
        report.count(Operation(1, "TRW1", ends), outcome)  # type: ignore[arg-type]
    report.count(Operation(1, "TW2", {}), "written")
    for name, one, other in (("TRW2", 1, 2), ("TRW2", 2, 3), ("TRW3", 1, 2)):
        report.count(Operation(1640995200000, name, {"srcId": one, "dstId": other}), "hit")

    assert list(lines_of(report)) == [
        "TW2: 1 written", "TRW1: 1 stopped, 2 written", "TRW2: 2 hit", "TRW3: 1 hit", "reads: 1",
        "8 operations in 2.0 s, 4 a second", "started late: 12.5 %",
        "accounts blocked by a hit: 3", "persons blocked by a hit: 2",
        "edges that were not written: 4",
    ]  # fmt: skip
    assert list(undone_of(report))[1] == {
        "operation": "TRW2", "outcome": "hit", "time": "2022-01-01T00:00:00.000Z",
        "srcId": "1", "dstId": "2",
    }  # fmt: skip


def test_the_command_loads_applies_and_reports(finbench: Driver, tmp_path: Path) -> None:
    folder = write_snapshot(tmp_path, [MadeWorld(7, ages=True)])
    out = StringIO()

    call_command(
        "replay_finbench", str(folder), "--from", "2022-01-01 00:00:01.5", "--speed", "1000000000",
        "--reads", "10", "--read-writes", "50", "--undone", str(tmp_path / "undone"), stdout=out,
    )  # fmt: skip

    lines = out.getvalue().splitlines()
    assert lines[0].startswith("older: ")
    assert any(line.startswith("reads: ") and line != "reads: 0" for line in lines)
    assert any(line.startswith("TRW1: ") for line in lines)
    undone = (tmp_path / "undone").read_text().splitlines()
    assert lines[-1] == f"edges that were not written: {len(undone)}"
    assert require_snapshot(finbench) == f"replay of {folder.resolve()}"


@pytest.mark.parametrize("date", ["20220101", "2022-01-01", "1640995200000"])
def test_a_date_is_understood_in_each_of_its_forms(date: str) -> None:
    parser = ReplayFinbench().create_parser("manage.py", "replay_finbench")

    assert parser.parse_args(["DIR", "--from", date]).since == 1640995200000


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "soon"], "is no date"),
        (["--from", "2022-01-01", "--read-writes", "101"], "is not from 0 to 100"),
        (["--from", "2022-01-01", "--speed", "-1"], "0 or more"),
        (["--from", "2022-01-01"], "has no Person, Company"),
    ],
)
def test_what_cannot_be_replayed_is_refused(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        call_command("replay_finbench", str(tmp_path), *arguments)
