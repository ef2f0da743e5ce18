"""manage.py check_history"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from commands.written_help import WrittenHelp
from wallet.ledger.history.judge import Rules, judge
from wallet.ledger.history.reading import Unreadable, read_history


class Command(WrittenHelp):
    """Judges a recorded bank history."""

    help = """\
Judge the recorded history of a bank in Jepsen's form, JSON or EDN, one operation a line or one
list: reads of all accounts, transfers between them, each begun (invoke) and ended (ok, fail, or
info where nobody knows). Other operations, those of the nemesis among them, are passed over.

Every successful read must show the same accounts and the same total as the first one, each once and
with a whole number, nobody below the floor, and no money of a transfer that failed. A transfer ends
on the terms it began with, and an index goes up. Prints the first contradiction in one sentence.

Exit code 0: no contradiction. 1: a contradiction. 2: the file cannot be read or is no history."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and what the bank promised."""
        parser.add_argument("file", metavar="FILE", type=Path, help="a history")
        parser.add_argument("--floor", type=int, default=0, help="no balance below it (0)")
        parser.add_argument(
            "--negative-balances", action="store_true", help="balances may be negative: no floor"
        )
        parser.add_argument("--total", type=int, help="what all accounts hold together")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Say what the history is."""
        floor = None if options["negative_balances"] else options["floor"]
        try:
            operations = read_history(file)
        except Unreadable as problem:
            raise CommandError(f"{file} is no history: {problem}", returncode=2) from problem
        verdict = judge(operations, Rules(floor=floor, total=options["total"]))
        if verdict.contradiction:
            raise CommandError(verdict.contradiction, returncode=1)
        self.stdout.write(
            f"No contradiction: {len(operations)} operations, {verdict.reads} good reads,"
            f" {verdict.transfers} transfers."
        )
