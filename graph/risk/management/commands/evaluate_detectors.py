"""manage.py evaluate_detectors"""

import csv
import json
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from graph.risk.amlsim import AmlsimSet, BadFolder, read_folder
from graph.risk.detectors.judgement import judge
from graph.risk.scores import score


class Command(BaseCommand):
    """Measures the detectors of rings and mules on a labelled set of transfers."""

    help = (
        "Look for rings and mules in a folder of transfers as AMLSim writes it, and print"
        " precision, recall and F1 per account for each detector, for any of them (`any`) and for"
        " the overall judgement (`judgement`). Nothing is trained: labels are only compared with."
        " Account numbers, opening balances and times of frauds are not looked at."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument(
            "folder", type=Path,
            help="has nodes.csv or accounts.csv, and transactions.csv; each may end in .gz",
        )  # fmt: skip
        parser.add_argument(
            "--flagged", type=Path, metavar="FILE.csv",
            help="write the accounts that the judgement flags, in one column `account`",
        )  # fmt: skip
        parser.add_argument(
            "--window", type=int, metavar="STEPS",
            help="how long a pattern may take among unusual transfers (default: the whole time)",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print JSON and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, judge, compare."""
        began = time.perf_counter()
        try:
            found = read_folder(options["folder"])
        except BadFolder as error:
            raise CommandError(str(error), returncode=1) from None
        judgement = judge(found.transfers, window=options["window"])
        took = time.perf_counter() - began
        if options["flagged"]:
            _write_flagged(options["flagged"], found, judgement.flagged)
        accounts = judgement.accounts()
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found, accounts, took)))
        else:
            self._show(found, accounts, took)

    def _show(self, found: AmlsimSet, accounts: Mapping[str, set[str]], took: float) -> None:
        self.stdout.write(
            f"{len(found.accounts):,} accounts, {len(found.transfers):,} transfers,"
            f" {'no labels' if found.labelled is None else f'{len(found.labelled):,} labelled'},"
            f" {took:.1f} s"
        )
        self.stdout.write(
            f"{'detector':18}{'flagged':>9}{'right':>9}{'precision':>11}{'recall':>9}{'F1':>8}"
        )
        for name, flagged in accounts.items():
            line = f"{name:18}{len(flagged):>9,}"
            if found.labelled is not None:
                own = score(flagged, found.labelled)
                line += f"{own.right:>9,}{own.precision:>11.3f}{own.recall:>9.3f}{own.f1:>8.3f}"
            self.stdout.write(line)
        if found.labelled is None:
            self.stdout.write("The folder has no labels, so nothing can be compared.")


def _as_json(found: AmlsimSet, accounts: Mapping[str, set[str]], took: float) -> dict[str, Any]:
    detectors = []
    for name, flagged in accounts.items():
        row: dict[str, Any] = {"detector": name, "flagged": len(flagged)}
        if found.labelled is not None:
            own = score(flagged, found.labelled)
            row |= {
                "right": own.right, "precision": round(own.precision, 4),
                "recall": round(own.recall, 4), "f1": round(own.f1, 4),
            }  # fmt: skip
        detectors.append(row)
    return {
        "accounts": len(found.accounts), "transfers": len(found.transfers),
        "labelled": None if found.labelled is None else len(found.labelled),
        "seconds": round(took, 3), "detectors": detectors,
    }  # fmt: skip


def _write_flagged(path: Path, found: AmlsimSet, flagged: frozenset[str]) -> None:
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["account"])
            writer.writerows([account] for account in sorted(flagged, key=_as_number))
    except OSError as error:
        raise CommandError(f"{path}: cannot be written: {error}.", returncode=1) from None


def _as_number(account: str) -> tuple[int, str]:
    return (int(account) if account.isdecimal() else -1, account)
