"""manage.py risk"""

import getpass
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from commands.errors import Refusal
from graph.risk import printing
from graph.risk.answers import answer, finbench_driver, get_question
from graph.risk.calls import ROWS, SECONDS, Calls, name_of
from graph.risk.progress import show_progress
from graph.risk.questions import GRAPHS, GraphName, Question, list_questions
from graph.risk.services import record_look
from graph.risk.snapshots.loading import NoSnapshot, require_snapshot
from graph.risk.values import bind


class Command(BaseCommand):
    """Puts questions to the live graph or to FinBench's."""

    help = (
        "Put a question of the risk team to the live graph, or to the FinBench graph that"
        " `import_finbench` loaded, and print its rows. Looks at the live graph are written down."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("query", nargs="?", help="such as finbench.tcr3; TCR3 is the same")
        parser.add_argument("--list", action="store_true", help="list the questions")
        parser.add_argument("--graph", choices=GRAPHS, default="live")
        parser.add_argument(
            "--param", nargs="+", action="extend", default=[], metavar="NAME=VALUE",
            help="a parameter; may be given several times",
        )  # fmt: skip
        form = parser.add_mutually_exclusive_group()
        for name in ("table", "json", "csv"):
            form.add_argument(f"--{name}", dest="form", action="store_const", const=name)
        parser.add_argument(
            "--calls", metavar="FILE",
            help="answer the calls of a file (- for the input), a JSON object a line:"
            ' {"query": "TCR1", "params": {…}}; writes each with its result and took_ms',
        )  # fmt: skip
        parser.add_argument(
            "--check", action="store_true",
            help="with --calls: compare with the results that the lines hold; exit code 1 if one"
            " differs",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """List, answer calls, or answer one question."""
        graph: GraphName = options["graph"]
        if options["list"]:
            self.stdout.write(printing.list_of(list_questions()))
            return
        if options["check"] and not options["calls"]:
            raise CommandError("--check needs --calls.")
        if bool(options["calls"]) == bool(options["query"]):
            raise CommandError("Name a question, or --calls FILE; --list shows the questions.")
        try:
            if graph == "finbench":
                require_snapshot(finbench_driver())
            if options["calls"]:
                self._answer_calls(options["calls"], graph, is_checked=options["check"])
            else:
                self._answer_one(options["query"], options["param"], graph, options["form"])
        except (Refusal, NoSnapshot) as problem:
            raise CommandError(str(problem)) from None
        except ProgrammingError:
            # Nobody has started the service here yet, so there is nowhere to write a look down.
            raise CommandError("There are no tables yet; `manage.py migrate` makes them.") from None

    def _answer_one(self, name: str, given: list[str], graph: GraphName, form: str | None) -> None:
        question = get_question(name_of(name), graph=graph)
        parameters = _split(given)
        bind(question, parameters, graph=graph)
        _record(question, parameters, graph)
        found = answer(question, parameters, graph=graph, seconds=SECONDS, rows=ROWS)
        self.stdout.write(printing.show_answer(found, form or "table"), ending="")

    def _answer_calls(self, file: str, graph: GraphName, *, is_checked: bool) -> None:
        try:
            lines = sys.stdin if file == "-" else _open(file)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from None
        calls = Calls(graph, is_checked=is_checked, look=_record)
        with lines, show_progress("answering") as say:
            for line in calls.answer_all(lines):
                self.stdout.write(line)
                say(f"{calls.answered:,} answered")
        for line in calls.report():
            self.stderr.write(line)
        if calls.problems:
            raise CommandError(f"{len(calls.problems):,} calls failed.", returncode=1)


def _open(file: str) -> IO[str]:
    # What is no UTF-8 is one bad line, not the end of all.
    return open(file, encoding="utf-8", errors="replace")


def _split(given: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise CommandError(f"--param takes NAME=VALUE, not {one!r}.")
        if name in found:
            raise CommandError(f"{name} is given twice.")
        found[name] = value
    return found


def _record(question: Question, parameters: dict[str, Any], graph: GraphName) -> None:
    if graph == "live":
        record_look(
            person_id=None, by=f"command line: {getpass.getuser()}", question=question.name,
            parameters=parameters, at=datetime.now(UTC),
        )  # fmt: skip
