"""manage.py check_ledger"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from wallet.checks import LAWS
from wallet.ledger.checks import find_violations


class Command(BaseCommand):
    """Proves the books."""

    help = (
        "Prove the books: entries sum to zero, balances equal the last entry, versions have no"
        " gaps, holds equal pending transfers, closed products hold no money. Prints each law with"
        " what breaks it; exit code 1 if anything does. The service may go on meanwhile."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each law against one snapshot of the database."""
        broken = 0
        with transaction.atomic():
            with connection.cursor() as cursor:
                # One moment for all laws, while payments go on.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for law in LAWS:
                violations = find_violations(law)
                broken += bool(violations)
                self.stdout.write(f"{'BROKEN' if violations else 'holds '}  {law.name}")
                for violation in violations:
                    self.stderr.write(f"        {violation}")
        if broken:
            raise CommandError(f"{broken} of {len(LAWS)} laws are broken.", returncode=1)
