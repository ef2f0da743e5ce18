"""manage.py grant_role"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from graph.people.errors import PersonNotFound
from graph.people.services import grant_role, revoke_role

ROLES = ("risk", "service", "staff")


class Command(BaseCommand):
    """Gives somebody a role."""

    help = (
        "Give a person a role, or take it back: `risk` may ask the graph questions and keep cases,"
        " `staff` runs the service, `service` may ask gates about people who let it. Giving it"
        " again changes nothing; it counts from the person's next command on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("username", help="whose, in upper or lower case")
        parser.add_argument("role", choices=ROLES)
        parser.add_argument("--revoke", action="store_true", help="take it instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Give the role and say which the person has now."""
        try:
            change = revoke_role if options["revoke"] else grant_role
            person = change(username=options["username"], role=options["role"])
        except PersonNotFound:
            raise CommandError(f"There is no person called {options['username']}.") from None
        self.stdout.write(f"{person.username}: {', '.join(person.roles) or 'no role'}")
