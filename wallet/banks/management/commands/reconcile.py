"""manage.py reconcile"""

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wallet.banks.gateway import BankAway
from wallet.banks.reconciling import reconcile
from wallet.banks.services import bank_channels
from wallet.days import day_of


class Command(BaseCommand):
    """Compares the banks' statements with the ledger."""

    help = (
        "Compare the banks' statements of a day with the ledger. Prints each line that differs:"
        " `missing here` (only the bank has it), `missing there` (only the ledger has it),"
        " `other amount`. Exit code 1 if any does, 2 if a bank does not show its statement. A"
        " payment that is just under way may differ until it is done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--day", type=date.fromisoformat, metavar="YYYY-MM-DD",
            help="day of the statement, in the service's time zone (default: today)",
        )  # fmt: skip
        parser.add_argument("--channel", help="one channel (default: all of them)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, and say what differs."""
        day = options["day"] or day_of(datetime.now(UTC))
        channels = bank_channels()
        if (wanted := options["channel"]) is not None:
            if wanted not in channels:
                raise CommandError(f"There is no bank channel {wanted}.", returncode=2)
            channels = [wanted]
        differing = 0
        for channel in channels:
            try:
                compared = reconcile(channel=channel, day=day)
            except BankAway as away:
                raise CommandError(str(away), returncode=2) from None
            differing += len(compared.differences)
            self.stdout.write(
                f"{channel} {day}: {compared.agreeing} agree, {len(compared.differences)} differ"
            )
            for difference in compared.differences:
                self.stdout.write(f"  {difference}")
        if differing:
            raise CommandError(f"{differing} lines differ.", returncode=1)
