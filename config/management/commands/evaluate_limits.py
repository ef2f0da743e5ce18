"""manage.py evaluate_limits"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from rich.console import Console
from rich.table import Table

from commands.written_help import WrittenHelp
from graph.limits.evaluation.files import (
    FRAUD,
    FileProblem,
    read_givers,
    read_labels,
    read_ratings,
)
from graph.limits.evaluation.trial import Outcome, evaluate


class Command(WrittenHelp):
    """Measures how early limits warn of frauds."""

    help = """Measure how early limits warn of frauds, on people who are labelled.

Each labelled person is judged with what was known before the first rating that they got from
somebody who gave the labels (strictly before; all, if there is none). What those people say counts
nowhere. Who has no rating by then is judged too, as somebody of whom nothing is known (score 0);
auc_rated is the AUC without them. See docs/early-warning.md for the rules.

  manage.py evaluate_limits --ratings F.csv --labels G.csv --label-givers W.txt

  F.csv  source,target,rating,time   with a header or without one, plain or gzip
  G.csv  user,label                  1 good, -1 fraud
  W.txt  an id a line

AUC is the probability that a fraud is trusted less than a good person, ties counting half. Credit
is what each class would be granted in proportion to the rule, with a total that is the same for all
rules: that of the limit. Exit code 1 when a file is not what it should be."""

    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        add = parser.add_argument
        add("--ratings", type=Path, required=True, metavar="F.csv", help="who rated whom, when")
        add("--labels", type=Path, required=True, metavar="G.csv", help="who turned out how")
        add("--label-givers", type=Path, required=True, metavar="W.txt",
            help="whose ratings the labels come from")  # fmt: skip
        add("--json", action="store_true", help="print JSON and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, judge, print."""
        errors = Console(stderr=True)
        try:
            ratings = read_ratings(options["ratings"])
            labels = read_labels(options["labels"])
            givers = read_givers(options["label_givers"])
        except FileProblem as problem:
            raise CommandError(str(problem)) from None
        with errors.status("reading") as status:
            outcomes = evaluate(
                ratings, labels=labels, givers=givers,
                progress=lambda rule: status.update(f"judging by {rule}"),
            )  # fmt: skip
        if options["json"]:
            rules = [outcome.as_json() for outcome in outcomes]
            self.stdout.write(json.dumps({"rules": rules}, indent=2))
            return
        frauds = sum(label == FRAUD for label in labels.values())
        self.stdout.write(
            f"{len(ratings):,} ratings; {len(labels) - frauds} good people and {frauds} frauds,"
            f" of whom {outcomes[0].rated} had a rating before anybody flagged them."
        )
        console = Console(width=None if self.stdout.isatty() else 110)
        with console.capture() as drawn:
            console.print(_draw(outcomes))
        self.stdout.write(drawn.get())


def _draw(outcomes: list[Outcome]) -> Table:
    table = Table()
    for name in ("rule", "judged", "AUC", "AUC of the rated", "average precision",
                 "credit to good", "credit to frauds"):  # fmt: skip
        table.add_column(name, justify="left" if name == "rule" else "right")
    for outcome in outcomes:
        table.add_row(
            outcome.rule, str(outcome.judged), _show(outcome.auc), _show(outcome.auc_rated),
            _show(outcome.average_precision), f"{outcome.credit_good:,.1f}",
            f"{outcome.credit_fraud:,.1f}",
        )  # fmt: skip
    return table


def _show(measure: float | None) -> str:
    return "–" if measure is None else f"{measure:.3f}"
