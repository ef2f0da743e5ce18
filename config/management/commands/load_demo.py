"""manage.py load_demo"""

import json
import os
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models.functions import Lower

from config import environment
from config.demo.story import LOGINS, USERNAMES, play
from graph.people.models import Person
from graph.people.selectors import find_by_username

Login = dict[str, str]


class Command(BaseCommand):
    """Loads the demo world."""

    help = (
        "Load the demo: two people to log in as, their friends, rooms with a past, and money that"
        " waits for an answer. Once it is there (or people with these usernames are) nothing is"
        " changed. `make up` does it on the first start; KITH_DEMO=off leaves it out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option."""
        parser.add_argument(
            "--logins", type=Path, required=True, metavar="FILE",
            help="where the log-ins are written, as a JSON list of username, password and name",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, or find it there."""
        if environment.read("KITH_ENV") != "development":
            raise CommandError("The demo's passwords are public: it is for development alone.")
        logins: Path = options["logins"]
        handles = Person.objects.alias(handle=Lower("username"))
        taken = handles.filter(handle__in=USERNAMES).exists()
        if taken and logins.exists():
            return
        if taken:
            # The file was lost, or these are people of somebody's own: only what is true goes in.
            _write(logins, (login for login in LOGINS if _is_right(login)))
            return
        with transaction.atomic():
            play(now=datetime.now(UTC))
        _write(logins, LOGINS)
        self.stdout.write(f"the demo is there; its log-ins are in {logins}")


def _is_right(login: Login) -> bool:
    person = find_by_username(username=login["username"])
    return person is not None and person.check_password(login["password"])


def _write(path: Path, logins: Iterable[Login]) -> None:
    text = json.dumps(list(logins), indent=2, ensure_ascii=False)
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    # Made with its mode, so that nobody else can open it in between.
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
    draft.replace(path)
