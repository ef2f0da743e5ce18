"""The tour as it is committed, and what it refuses to be run against."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from config.lab.notebook import NoLab, OpenLab
from graph.risk.questions import find_question
from tests.graph.projection.rows import run

ROOT = Path(__file__).parent.parent.parent.parent
TOUR = ROOT / "docs" / "risk_tour.ipynb"


def cells() -> list[nbformat.NotebookNode]:
    book = nbformat.read(TOUR, as_version=4)
    nbformat.validate(book)
    return [cell for cell in book.cells if cell.cell_type == "code"]


def asked() -> Iterator[tuple[str, set[str]]]:
    """Yield what is put to the lab by name, with the names of the parameters."""
    for cell in cells():
        for node in ast.walk(ast.parse(cell.source)):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="ask" | "draw"), args=[ast.Constant(value=str(name))]
                ):
                    yield name, {str(keyword.arg) for keyword in node.keywords}


def test_it_is_committed_without_anybodys_data() -> None:
    assert [cell.outputs for cell in cells()] == [[]] * len(cells())
    assert {cell.execution_count for cell in cells()} == {None}


def test_it_asks_saved_questions_by_parameters_that_they_have() -> None:
    assert len({name for name, _ in asked()}) >= 12
    for name, parameters in asked():
        question = find_question(name)
        assert question is not None, name
        assert "live" in question.graphs, name
        assert parameters <= {one.name for one in question.parameters}, name


def test_the_live_graph_is_no_lab() -> None:
    with pytest.raises(NoLab, match="can be written to, so it is no risk lab"):
        OpenLab("bolt://127.0.0.1")

    assert run("RETURN 1 AS one") == [{"one": 1}]


def test_where_no_lab_is_open_a_sentence_says_how_to_open_one() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from config.lab.notebook import open_lab; open_lab()"], cwd=ROOT,
        env=os.environ | {"KITH_LAB": "bolt://neo4j:secret@127.0.0.1:1"}, capture_output=True,
        text=True, timeout=100, check=False,
    )  # fmt: skip

    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1] == (
        "config.lab.notebook.LabAway: No risk lab answers at bolt://127.0.0.1:1; open one by"
        " `make risk-lab`, with the same KITH_DATA, or set KITH_LAB to the address that it prints"
        " for notebooks."
    )
