"""`manage.py limits`: the limits of many pairs, called as files call them."""

import json
from collections.abc import Callable
from datetime import datetime
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from graph.limits.names import find_named, name_people
from graph.people.models import Person
from graph.trust.models import Line
from tests.calls import call
from tests.graph.away import neo4j_away
from tests.people import level_graph, make_people

pytestmark = pytest.mark.usefixtures("patient")

Answer = dict[str, Any]
Ask = Callable[..., tuple[list[Answer], str]]


@pytest.fixture
def mark() -> str:
    return uuid4().hex[:8]


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., None]:
    """Return a function that loads trust from lines."""

    def run(*lines: str) -> None:
        path = tmp_path / "trust.csv"
        path.write_text("\n".join(["from,to,capacity", *lines]) + "\n")
        call_command("load_trust", str(path), "--tier", "verified", stdout=StringIO())
        level_graph()

    return run


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Return a function that asks for the limits of rows; it returns the answers and what the
    command ended with.
    """

    def run(*rows: str, header: str = "lender,borrower", options: tuple[str, ...] = ()) -> Any:
        path = tmp_path / "pairs.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        out, end = StringIO(), ""
        try:
            call_command("limits", "--pairs", str(path), *options, stdout=out)
        except CommandError as error:
            end = f"{error.returncode}: {error}"
        return [json.loads(line) for line in out.getvalue().splitlines()], end

    return run


def test_each_row_is_answered_as_loan_limit_answers(
    load: Callable[..., None], ask: Ask, mark: str, now: datetime
) -> None:
    """
    A --500--> b --300--> c,  A --50--> c       A is no username in small letters.
    """
    a, b, c = f"A {mark}", f"{mark}-b", f"{mark}-c"
    load(f"{a},{b},500", f"{b},{c},300", f"{a},{c},50")

    answers, end = ask(f"{a},{c}", f"{c},{a}", f"{b},{c}")

    assert end == ""
    assert [(one["lender"], one["borrower"], one["limit"]) for one in answers] == [
        (a, c, 350), (c, a, 0), (b, c, 300),
    ]  # fmt: skip
    people = find_named([a, b, c])
    (risk,) = make_people(1, at=now)
    Person.objects.filter(id=risk).update(roles=["risk"])
    shown = call(risk, "loan.limit", at=now, lender=people[a], borrower=people[c])
    first = answers[0]
    assert list(first) == ["lender", "borrower", *shown]
    assert first["paths"] == [{"through": [], "amount": 50}, {"through": [b], "amount": 300}]
    assert first["tight"] == [
        {"from": a, "to": c, "free": 50, "limit_with_more": {"add": 10_000, "limit": 10_350}},
        {"from": b, "to": c, "free": 300, "limit_with_more": {"add": 10_000, "limit": 550}},
    ]
    same = ("limit", "flow", "cap", "direct", "raise_by", "source")
    assert {key: first[key] for key in same} == {key: shown[key] for key in same}
    assert (first["cap"], first["source"]) == (2_000_000, "neo4j")


def test_people_who_signed_up_are_found_by_username(ask: Ask, now: datetime) -> None:
    one, other = make_people(2, at=now)
    names = name_people([one, other])

    answers, end = ask(f"{names[other]},{names[one]}", header="borrower,lender")

    assert end == ""
    assert (answers[0]["lender"], answers[0]["limit"]) == (names[one], 0)


def test_what_cannot_be_answered_says_so_and_the_others_are_answered(
    load: Callable[..., None], ask: Ask, mark: str
) -> None:
    a, b = f"{mark}-a", f"{mark}-b"
    load(f"{a},{b},500")

    answers, end = ask(f"{a},nobody-{mark}", f"{a},{b}", f"{a}", f"{mark}-x,\x07", f"{a},{a}")

    assert end.startswith("1: 3 of the pairs have no answer")
    assert answers[0] == {
        "lender": a, "borrower": f"nobody-{mark}", "error": f"Nobody is called nobody-{mark}.",
    }  # fmt: skip
    assert answers[1]["limit"] == 500
    assert answers[2] == {"line": 4, "error": "1 values under 2 columns."}
    assert answers[3]["error"] == f"Nobody is called {mark}-x or \x07."
    # Nobody lends to themselves.
    assert answers[4]["limit"] == 0


def test_the_standard_input_is_read_too(
    load: Callable[..., None], mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = f"{mark}-a", f"{mark}-b"
    load(f"{a},{b},500")
    out = StringIO()
    # As spreadsheets save it, on a machine of another language.
    rows = f"\ufefflender,borrower\r\n{a},{b}\r\n".encode()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(rows), encoding="latin-1"))

    call_command("limits", "--pairs", "-", stdout=out)

    assert json.loads(out.getvalue())["limit"] == 500


def test_an_engine_can_be_chosen_and_both_compared(
    load: Callable[..., None], ask: Ask, mark: str
) -> None:
    a, b = f"{mark}-a", f"{mark}-b"
    load(f"{a},{b},500")

    for source in ("neo4j", "postgres"):
        answers, end = ask(f"{a},{b}", options=("--source", source))
        assert (answers[0]["source"], answers[0]["limit"], end) == (source, 500, "")
    answers, end = ask(f"{a},{b}", options=("--source", "both"))
    assert (answers[0]["agree"], end) == (True, "")

    # Behind the outbox's back, so that the two differ.
    Line.objects.filter(giver__username=a).update(capacity=400)
    answers, end = ask(f"{a},{b}", options=("--source", "both"))
    assert (answers[0]["agree"], answers[0]["limit"]) == (False, 500)
    assert end.startswith("1: 1 of the pairs")
    Line.objects.filter(giver__username=a).update(capacity=500)


def test_without_neo4j_postgres_answers_unless_neo4j_was_asked_for(
    load: Callable[..., None], ask: Ask, mark: str
) -> None:
    a, b = f"{mark}-a", f"{mark}-b"
    load(f"{a},{b},500")

    with neo4j_away():
        answers, end = ask(f"{a},{b}")
        assert (answers[0]["source"], answers[0]["limit"], end) == ("postgres", 500, "")
        assert "--source postgres does without" in ask(f"{a},{b}", options=("--source", "neo4j"))[1]


def test_a_file_without_the_columns_or_without_a_file_is_refused(ask: Ask, tmp_path: Path) -> None:
    assert ask(header="lender,who")[1].startswith("1: line 1: the column borrower is not there")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("limits", "--pairs", str(tmp_path / "nothing.csv"))
