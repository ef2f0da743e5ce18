"""manage.py withdraw_points"""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commands.errors import Refusal
from commands.frames import show_moment
from wallet.points.withdrawing import Cohort, list_withdrawals, restore, withdraw


class Command(BaseCommand):
    """Takes the scores of a cohort out of use, or brings them back."""

    help = (
        "Have the Pay Points of a cohort neither used nor shown: gates deny, caps of loans are as"
        " without a score, and payments go on. Cohorts: all, joined:YYYY-MM (who opted in then),"
        " month:YYYY-MM (scores of that month), tier:NAME, formula:N. --restore turns it back."
        " Without --cohort it prints what was withdrawn, by whom and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("--cohort", metavar="COHORT")
        parser.add_argument("--reason", default="", help="why; needed with --cohort, and kept")
        parser.add_argument("--restore", action="store_true", help="use them again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Turn the switch, or print its history."""
        cohort, reason = options["cohort"], options["reason"]
        if cohort is None:
            self._print_all()
            return
        if not reason:
            raise CommandError("Say why: --reason TEXT.")
        change = restore if options["restore"] else withdraw
        try:
            change(cohort=cohort, reason=reason, by=None, at=datetime.now(UTC))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{cohort}: {'used again' if options['restore'] else 'withdrawn'}")

    def _print_all(self) -> None:
        for one in list_withdrawals():
            line = f"{show_moment(one.at)} {Cohort(one.kind, one.value)} withdrawn: {one.reason}"
            if one.ended_at:
                line += f"; used again {show_moment(one.ended_at)}: {one.ended_reason}"
            self.stdout.write(line)
