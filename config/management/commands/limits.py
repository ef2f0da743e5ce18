"""manage.py limits"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from itertools import islice
from typing import Any, Literal
from uuid import UUID

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import Progress

from commands.written_help import WrittenHelp
from graph.database import GraphUnavailable, patient
from graph.limits.names import find_named, name_people
from graph.limits.trust_file import UnreadableFile, read_rows
from wallet.lending.limit_commands import show_all
from wallet.lending.selectors import Limit, list_limits

COLUMNS = ("lender", "borrower")
# Limits that are fetched together: more would take longer than Neo4j is given for an answer.
BATCH = 100
PATIENCE = 30.0

Row = tuple[int, list[str] | str]
Shown = dict[str, Any]


class Command(WrittenHelp):
    """Answers limits of many pairs."""

    help = """Say how much each lender may lend each borrower now.

The file is a CSV with the columns lender and borrower, in any order, under a header; people are
called as in the files of `load_trust`, or by username. For each row there is one line of JSON on
the standard output, as loan.limit answers to who may see everything, with lender and borrower as
in the file; people on the way are called as a file would call them:

  {"lender": "17", "borrower": "ann", "limit": 30000, "flow": 30000, "cap": 50000, …}

A row that cannot be answered gets an object with an error; the others are still answered, and the
command ends with 1."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--pairs", required=True, metavar="FILE.csv",
            help="whose limits; - reads the standard input",
        )  # fmt: skip
        parser.add_argument(
            "--source", choices=["postgres", "neo4j", "both"],
            help="have one engine answer, or both and compare: then each object says whether they"
            " agree, and the command ends with 1 when they do not"
            " (default: as loan.limit, from Neo4j where it is level with PostgreSQL)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer them, as they are read."""
        failed = 0
        try:
            with (
                patient(seconds=PATIENCE), _open(options["pairs"]) as text,
                Progress(console=Console(stderr=True)) as bar,
            ):  # fmt: skip
                task = bar.add_task("answering", total=None)
                rows = read_rows(text, COLUMNS)
                while batch := list(islice(rows, BATCH)):
                    for answer in _answer(batch, options["source"]):
                        failed += "error" in answer or answer.get("agree") is False
                        self.stdout.write(json.dumps(answer, ensure_ascii=False))
                    bar.advance(task, len(batch))
                bar.update(task, total=bar.tasks[task].completed)
        except UnreadableFile as error:
            raise CommandError(str(error)) from None
        except GraphUnavailable as error:
            raise CommandError(f"{error} --source postgres does without it.") from None
        if failed:
            raise CommandError(f"{failed:,} of the pairs have no answer, or two.")


@contextmanager
def _open(path: str) -> Iterator[Iterable[str]]:
    if path == "-":
        if isinstance(sys.stdin, TextIOWrapper):
            # As files are read, whatever the terminal's language.
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict", newline="")
        yield sys.stdin
        return
    try:
        file = open(path, encoding="utf-8-sig", newline="")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        yield file


def _answer(rows: list[Row], source: Literal["postgres", "neo4j", "both"] | None) -> list[Shown]:
    """Return the answers to some rows, in their order."""
    names = {name for _, values in rows if isinstance(values, list) for name in values}
    people = find_named(names)
    known = [
        (people[values[0]], people[values[1]])
        for _, values in rows
        if isinstance(values, list) and all(name in people for name in values)
    ]
    first: Literal["postgres", "neo4j"] | None = "neo4j" if source == "both" else source
    limits: dict[tuple[UUID, UUID], Limit] = {}
    others: dict[tuple[UUID, UUID], Limit] = {}
    if known:
        at = datetime.now(UTC)
        limits = list_limits(pairs=known, at=at, source=first, keep_solved=True)
        if source == "both":
            others = list_limits(pairs=known, at=at, source="postgres")
    shown = {pair: _show(limit, pair) for pair, limit in limits.items()}
    for pair, other in others.items():
        shown[pair]["agree"] = (other.limit, other.flow.value, other.flow.direct) == (
            limits[pair].limit, limits[pair].flow.value, limits[pair].flow.direct,
        )  # fmt: skip
    _call_by_name(shown.values())
    return [_row(number, values, people, shown) for number, values in rows]


def _show(limit: Limit, pair: tuple[UUID, UUID]) -> Shown:
    answer = show_all(limit, lender_id=pair[0], borrower_id=pair[1])
    return answer.model_dump(mode="json", by_alias=True)


def _call_by_name(answers: Iterable[Shown]) -> None:
    """Put names in the place of ids."""
    answers = list(answers)
    ids = {person for answer in answers for path in answer["paths"] for person in path["through"]}
    ids |= {tight[end] for answer in answers for tight in answer["tight"] for end in ("from", "to")}
    names = {str(key): name for key, name in name_people(map(UUID, ids)).items()}
    for answer in answers:
        for path in answer["paths"]:
            path["through"] = [names[person] for person in path["through"]]
        for tight in answer["tight"]:
            tight["from"], tight["to"] = names[tight["from"]], names[tight["to"]]


def _row(
    number: int,
    values: list[str] | str,
    people: dict[str, UUID],
    shown: dict[tuple[UUID, UUID], Shown],
) -> Shown:
    if isinstance(values, str):
        return {"line": number, "error": values}
    lender, borrower = values
    ends = {"lender": lender, "borrower": borrower}
    if missing := [name for name in values if name not in people]:
        return ends | {"error": f"Nobody is called {' or '.join(missing)}."}
    return ends | shown[(people[lender], people[borrower])]
