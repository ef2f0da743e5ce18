"""manage.py freeze_account"""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from graph.people.selectors import find_by_username
from wallet.closing.services import freeze


class Command(BaseCommand):
    """Freezes somebody's money."""

    help = (
        "Freeze all accounts of a person, also those opened later: nothing goes out or comes in,"
        " but for refunds and transfers that were on their way. The reason is kept, and not shown"
        " to the person. `unfreeze_account` lifts it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("username", help="whose, in upper or lower case")
        parser.add_argument("--reason", required=True, help="why, for who reads it later")

    def handle(self, *args: Any, **options: Any) -> None:
        """Freeze, and say so."""
        person = find_by_username(username=options["username"])
        if person is None:
            raise CommandError(f"There is no person called {options['username']}.")
        is_new = freeze(person_id=person.id, reason=options["reason"], at=datetime.now(UTC))
        self.stdout.write(f"{person.username} is {'now' if is_new else 'already'} frozen")
