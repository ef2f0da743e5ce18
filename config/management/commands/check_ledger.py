"""manage.py check_ledger"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from wallet.checks import LAWS, count_rows
from wallet.ledger.checks import find_violations

# So many entries take a while.
MANY = 200_000


class Command(BaseCommand):
    """Proves the books."""

    help = (
        "Prove the books: entries sum to zero, balances equal the last entry, versions have no"
        " gaps, holds equal pending transfers, closed products hold no money. Prints each law with"
        " what breaks it, and how many rows it was proved over; on a terminal, or where there is"
        " much to read, also which law is under way. Exit code 1 if a law is broken. The service"
        " may go on meanwhile."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each law against one snapshot of the database."""
        broken = 0
        with transaction.atomic():
            with connection.cursor() as cursor:
                # One moment for all laws, while payments go on.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            counts = count_rows()
            told = self.stderr.isatty() or counts["entries"] >= MANY
            for place, law in enumerate(LAWS, start=1):
                if told:
                    self.stderr.write(f"{place} of {len(LAWS)}: {law.name} …")
                violations = find_violations(law)
                broken += bool(violations)
                self.stdout.write(f"{'BROKEN' if violations else 'holds '}  {law.name}")
                for violation in violations:
                    self.stderr.write(f"        {violation}")
        rows = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
        self.stdout.write(f"{len(LAWS) - broken} of {len(LAWS)} laws hold over {rows or 'nothing'}")
        if broken:
            raise CommandError(f"{broken} of {len(LAWS)} laws are broken.", returncode=1)
