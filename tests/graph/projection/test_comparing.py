"""Whatever the graph keeps of a row, the comparison sees it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from graph.people.services import issue_token
from graph.projection import checking
from graph.projection.checking import compare_all, compare_counts, compare_sample, count_all, dump
from graph.projection.postgres import read_rows
from graph.projection.registry import Edge, Kind, Node, Row, list_kinds
from tests.calls import call
from tests.graph.projection.rows import run
from tests.people import lend, level_graph, make_people, trust
from wallet.banks.services import withdraw

FORGED = {"string": "forged", "long": -1}


@pytest.fixture(scope="module", autouse=True)
def everything() -> None:
    """Somebody of whom there is something of every kind, told to the graph."""
    now = datetime.now(UTC).replace(microsecond=0)
    first, second, third = make_people(3, at=now, funds=200_000)
    trust(first, second, 500, at=now)
    trust(second, third, 500, at=now)
    loan = lend(first, third, 300, at=now)
    call(third, "loan.repay", at=now, loan=loan, amount=10)
    # Large enough for a gate, so that it was an intent as well.
    sent = call(first, "transfer.send", at=now, to=second, amount=100_000)
    call(second, "transfer.accept", at=now, transfer=sent["transfer"]["id"])
    withdraw(person_id=first, amount=50, currency="CNY", channel="sandbox", at=now)
    issue_token(person_id=first, at=now)
    level_graph()


def last(kind: Kind) -> Row:
    """Return the row of a kind with the highest id."""
    rows = dump(kind=kind, limit=1_000_000)
    return rows[-1]


def place(part: Node | Edge, row: Row) -> tuple[str, dict[str, Any]]:
    """Return a pattern that finds `it`, a part of the row."""
    if isinstance(part, Node):
        return f"MATCH (it:{part.labels[0]} {{id: $id}})", {"id": row["id"]}
    return (
        f"MATCH (:{part.start[0]} {{id: $start}})-[it:{part.type}]->(:{part.end[0]} {{id: $end}})"
        " WHERE it.id IS NULL OR it.id = $id",
        {"start": row[part.start[1]], "end": row[part.end[1]], "id": row["id"]},
    )


PARTS = [(kind, part) for kind in list_kinds() for part in kind.parts]
COLUMNS = [
    pytest.param(kind, part, column, id=f"{part.name}.{column}")
    for kind, part in PARTS
    for column in part.columns
    if column != "id"
]


@pytest.mark.parametrize(("kind", "part", "column"), COLUMNS)
def test_a_forged_column_differs(kind: Kind, part: Node | Edge, column: str) -> None:
    row = last(kind)
    assert read_rows(kind=kind, ids=[row["id"]]) == {row["id"]: row}
    name = getattr(part, "renamed", {}).get(column, column)
    found, terms = place(part, row)

    forged = FORGED.get(part.columns[column], not row[column])
    run(f"{found} SET it.{name} = $value", value=forged, **terms)

    assert dump(kind=kind, first=row["id"], limit=1) != [row]
    run(f"{found} SET it.{name} = $value", value=row[column], **terms)
    assert dump(kind=kind, first=row["id"], limit=1) == [row]


# Each of them goes through all rows that the run has made so far; the sample draws the one.
@pytest.mark.long
@pytest.mark.parametrize(("kind", "part"), PARTS, ids=[part.name for _, part in PARTS])
def test_what_is_forged_or_missing_is_found_by_both_ways_of_comparing(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, part: Node | Edge
) -> None:
    row = last(kind)
    monkeypatch.setattr(checking, "draw_ids", lambda *, kind, count: [row["id"]] * count)
    found, terms = place(part, row)
    (kept,) = run(f"{found} RETURN properties(it) AS it", **terms)

    run(f"{found} SET it.version = -1, it.at = -1", **terms)
    for differences in (
        compare_all(kind=kind, most=20), compare_sample(kind=kind, size=1, most=20)
    ):  # fmt: skip
        assert [row["id"] in one and "should be" in one for one in differences] == [True]
    run(f"{found} SET it = $it", it=kept["it"], **terms)
    assert compare_all(kind=kind, most=20) == []

    # An id that PostgreSQL does not know: one row is missing, another is there instead.
    if "id" in part.columns:
        run(f"{found} SET it.id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'", **terms)
        said = " ".join(compare_all(kind=kind, most=20))
        assert f"{kind.name} {row['id']} is missing in the graph" in said
        assert f"{kind.name} ffffffff-ffff-ffff-ffff-ffffffffffff should not be" in said
        terms["id"] = "ffffffff-ffff-ffff-ffff-ffffffffffff"
        run(f"{found} SET it.id = $right".replace(
            "$id", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"), right=row["id"], **terms)  # fmt: skip
    assert compare_all(kind=kind, most=20) == []


@pytest.mark.parametrize("edge", [part.name for _, part in PARTS if isinstance(part, Edge)])
def test_an_edge_too_many_is_counted(edge: str) -> None:
    totals = count_all()
    assert compare_counts(totals=totals) == []

    run(
        f"MATCH ()-[one:{edge}]->(end) WITH one, end LIMIT 1"
        f" CREATE (end)-[:{edge} {{spare: 1}}]->(end)"
    )

    said = compare_counts(totals=totals)
    assert sorted(one.partition(":")[0] for one in said) == sorted(["edges", edge])
    run(f"MATCH ()-[one:{edge} {{spare: 1}}]->() DELETE one")
    assert compare_counts(totals=totals) == []
