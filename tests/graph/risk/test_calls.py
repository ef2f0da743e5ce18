"""The command line: one question, or a file of calls."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from neo4j import Driver

from graph.risk.answers import Answer, get_question
from graph.risk.calls import is_equal
from graph.risk.printing import show_answer
from graph.risk.snapshots.loading import load_snapshot
from graph.risk.snapshots.reading import read_snapshot
from tests.graph.risk.made import HEADERS, write_snapshot

# One account that pays another twice and a third once, and who owns it.
TABLES = {
    "Person": ["7|Ann|false|2022-01-01 00:00:00"],
    "Account": [f"{one}|2022-01-01 00:00:00|true|debit card" for one in (1, 2, 9007199254740993)],
    "PersonOwnAccount": ["7|1|2022-01-01 00:00:00"],
    "AccountTransferAccount": [
        "1|2|0.0005|2022-01-02 00:00:00",
        "1|2|1|2022-01-02 00:00:00.5",
        "1|9007199254740993|2|2022-01-03 00:00:00",
    ],
}
TSR4 = {"query": "TSR4", "params": {"id": "1"}}
TSR4_ROWS = [["9007199254740993", 1, 2.0], ["2", 2, 1.001]]


class Rows:
    """Stands where a made world does."""

    rows = {name: TABLES.get(name, []) for name in HEADERS}


@pytest.fixture(scope="module", autouse=True)
def loaded(finbench: Driver, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = write_snapshot(tmp_path_factory.mktemp("small"), [Rows()])  # type: ignore[list-item]
    load_snapshot(finbench, read_snapshot(folder), source="x", progress=lambda *_: None)


def risk(*arguments: str) -> str:
    out = StringIO()
    call_command("risk", *arguments, "--graph", "finbench", stdout=out)
    return out.getvalue()


def answer_file(
    tmp_path: Path, *lines: Any, check: bool = False
) -> tuple[list[Any], list[str], int]:
    """Return what is written, what is told, and the exit code."""
    file = tmp_path / "calls.jsonl"
    file.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines))
    out, err, code = StringIO(), StringIO(), 0
    more = ["--check"] if check else []
    try:
        call_command(
            "risk", "--graph", "finbench", "--calls", str(file), *more, stdout=out, stderr=err
        )
    except CommandError as error:
        code = error.returncode
    written = [json.loads(line) for line in out.getvalue().splitlines()]
    return written, err.getvalue().splitlines(), code


def test_an_answer_is_shown_as_a_table_as_csv_and_as_json() -> None:
    table = risk("TSR4", "--param", "id=1").splitlines()
    shown = json.loads(risk("finbench.tsr4", "--param", "id=1", "threshold=1", "--json"))

    assert [line.split() for line in table[:4]] == [
        ["dstId", "numEdges", "sumAmount"], ["-" * 16, "-" * 8, "-" * 9],
        ["9007199254740993", "1", "2.0"], ["2", "2", "1.001"],
    ]  # fmt: skip
    assert table[4].startswith("(2 rows, ")
    assert risk("TCR5", "--param", "id=7", "--csv") == "path\n1 2\n1 9007199254740993\n"
    assert risk("TSR1", "--param", "id=2", "--csv").splitlines()[1] == (
        "2022-01-01T00:00:00.000Z,true,debit card"
    )
    assert (shown["columns"], shown["rows"], shown["more"]) == (
        ["dstId", "numEdges", "sumAmount"], [TSR4_ROWS[0]], False,
    )  # fmt: skip


def test_no_name_becomes_a_formula_in_a_spreadsheet() -> None:
    question = get_question("finbench.tsr1", graph="finbench")
    rows = [["2022-01-01T00:00:00.000Z", False, "=HYPERLINK(1)"], [None, True, "a=b"]]

    shown = show_answer(Answer(question, rows, more=False, took_ms=1.0), "csv")

    assert shown.splitlines()[1:] == [
        "2022-01-01T00:00:00.000Z,false,'=HYPERLINK(1)", ",true,a=b"
    ]  # fmt: skip
    ratio = get_question("finbench.tsr3", graph="finbench")
    assert show_answer(Answer(ratio, [[-1]], more=False, took_ms=1.0), "csv") == "blockRatio\n-1\n"


def test_the_list_has_each_question_with_its_sentence() -> None:
    listed = risk("--list")

    assert "finbench.tcr3: By how few transfers, in any order of time, does money get" in listed
    assert (
        "id=id [threshold=0.0] [startTime=moment] [endTime=moment] [truncationLimit=int]" in listed
    )
    assert "[truncationOrder=TIMESTAMP_DESCENDING]\n  -> dstId, numEdges, sumAmount" in listed


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["TSR9"], "no question 'finbench.tsr9'"),
        (["TSR4"], "id: is missing"),
        (["TSR4", "--param", "id=x"], "id: must be a whole number"),
        (["TSR4", "--param", "id"], "NAME=VALUE, not 'id'"),
        (["TSR4", "--param", "id=1", "id=2"], "id is given twice"),
        (["TSR4", "--param", "id=1", "--check"], "--check needs --calls"),
        ([], "Name a question"),
        (["TSR4", "--calls", "x"], "Name a question"),
        (["--calls", "nowhere.jsonl"], "nowhere.jsonl: No such file"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(arguments: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        risk(*arguments)


def test_calls_are_answered_in_order_and_keep_what_else_they_hold(tmp_path: Path) -> None:
    path = {"query": "TCR5", "params": {"id": "7"}, "result": "old", "note": "mine"}

    written, told, code = answer_file(tmp_path, TSR4, "", path)

    assert (told, code) == ([], 0)
    assert [one.pop("took_ms") > 0 for one in written] == [True, True]
    assert written == [
        TSR4 | {"result": TSR4_ROWS},
        path | {"result": [["1", "2"], ["1", "9007199254740993"]]},
    ]


def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    written, told, code = answer_file(
        tmp_path, "{", "[1]", {"params": {}}, {"query": "TSR4", "params": 3},
        {"query": "TSR4", "params": {"id": "x"}}, {"query": "TXR1", "params": {}}, TSR4,
    )  # fmt: skip

    assert code == 1
    assert [line.partition(": ")[0] for line in told] == [f"line {one}" for one in range(1, 7)]
    assert told[1:4] == [
        "line 2: it is no JSON object", "line 3: it has no query",
        "line 4: its params are no object",
    ]  # fmt: skip
    assert [one.get("error", {}).get("code") for one in written] == [
        "request.malformed", "risk.unknown_question", None,
    ]  # fmt: skip
    assert written[2]["result"] == TSR4_ROWS


def test_results_are_compared_and_counted(tmp_path: Path) -> None:
    good = TSR4 | {"result": [["9007199254740993", 1, 2.001], ["2", 2, 1]]}
    wrong = TSR4 | {"result": [["9007199254740993", 1, 2.0], ["2", 1, 1.001]]}
    one = {"query": "TSR1", "params": {"id": "77"}, "result": []}

    _, told, code = answer_file(tmp_path, good, one, good, check=True)
    assert (told, code) == (["TSR1: 1 of 1 equal", "TSR4: 2 of 2 equal"], 0)

    _, told, code = answer_file(tmp_path, good, wrong, one, TSR4, check=True)
    assert (told[2:], code) == (["TSR1: 1 of 1 equal", "TSR4: 1 of 3 equal"], 1)
    assert told[0].startswith("line 2: TSR4: should be [[")
    assert told[1].startswith("line 4: TSR4: should be null, is [[")


@pytest.mark.parametrize(
    ("found", "expected", "equal"),
    [
        ([["1", 0.062]], [["1", 0.063]], True),
        ([["1", 0.061]], [["1", 0.063]], False),
        ([["1", 2]], [["1", 3]], False),
        ([["1", -1]], [["1", -1.0]], True),
        ([["1"]], [[1]], False),
        ([["1"], ["2"]], [["2"], ["1"]], False),
        ([["1"]], [["1"], ["2"]], False),
        ([[True]], [[1]], False),
        ([[1.0]], [["1.0"]], False),
        ([], [], True),
        ([], None, False),
    ],
)
def test_decimals_may_differ_by_a_thousandth_and_nothing_else(
    found: Any, expected: Any, equal: bool
) -> None:
    assert is_equal(found, expected) is equal
