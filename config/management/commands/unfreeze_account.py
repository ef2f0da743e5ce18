"""manage.py unfreeze_account"""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from graph.people.selectors import find_by_username
from wallet.closing.services import unfreeze


class Command(BaseCommand):
    """Lets somebody's money go again."""

    help = "Lift the freeze of a person's accounts. Doing it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the argument."""
        parser.add_argument("username", help="whose, in upper or lower case")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lift the freeze, and say so."""
        person = find_by_username(username=options["username"])
        if person is None:
            raise CommandError(f"There is no person called {options['username']}.")
        was_frozen = unfreeze(person_id=person.id, at=datetime.now(UTC))
        self.stdout.write(f"{person.username} {'is no longer' if was_frozen else 'was not'} frozen")
