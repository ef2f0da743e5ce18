"""manage.py ledger_table"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from commands.written_help import WrittenHelp
from wallet.ledger.table.runner import Report, run_table


class Command(WrittenHelp):
    """Runs TigerBeetle's tables of expected results."""

    help = """\
Run tables of accounts, transfers and look-ups with their expected results, in the form of
TigerBeetle's state-machine tests, each on an empty ledger of its own. That stands in a transaction
that is rolled back: the real books are neither read nor written, and the service may go on.

Prints for each line what it expects and what it got. Numbers are mapped as docs/ledger.md says:
128-bit maxima to the ledger's own largest with the distance kept, ledgers to currencies, user data
to the product's row. A line that stands for nothing here is printed with the reason and counted.

Exit code 0: every line got what it expects. 1: a line got something else. 2: a file cannot be
read, or has no line that could be run."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="a table")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Run each table and say what differs."""
        differing = 0
        for path in files:
            try:
                report = run_table(path)
            except (OSError, UnicodeDecodeError) as problem:
                raise CommandError(f"{path} cannot be read: {problem}", returncode=2) from problem
            if not report.answers and not report.done:
                self._print(path, report)
                raise CommandError(f"{path} has no line that could be run.", returncode=2)
            self._print(path, report)
            differing += len(report.differing)
        if differing:
            raise CommandError(f"{differing} lines did not get what they expect.", returncode=1)

    def _print(self, path: Path, report: Report) -> None:
        self.stdout.write(str(path))
        for answer in report.answers:
            mark = "ok    " if answer.expected == answer.got else "DIFFER"
            self.stdout.write(
                f"{mark} {answer.line.number:5} {answer.line.title:22}"
                f" expected {answer.expected}, got {answer.got}"
            )
        for line, reason in report.not_mapped:
            self.stdout.write(f"------ {line.number:5} {line.title:22} not mapped: {reason}")
        same = len(report.answers) - len(report.differing)
        self.stdout.write(
            f"{same} lines as expected, {len(report.differing)} differ,"
            f" {len(report.not_mapped)} not mapped"
        )
