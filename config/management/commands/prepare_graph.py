"""manage.py prepare_graph"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from graph.database import GraphUnavailable
from graph.projection.services import prepare_schema
from graph.warming import run_for, run_once


class Command(BaseCommand):
    """Makes Neo4j ready to serve."""

    help = (
        "Make the constraints that Neo4j lacks and run each statement that people wait for once."
        " Safe to repeat; `make up` does it at each start, and goes on warming behind."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option."""
        parser.add_argument(
            "--warm", type=float, default=0, metavar="SECONDS",
            help="run them again and again for so long, so that Java compiles them well",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, or say why not."""
        try:
            prepare_schema()
            self.stdout.write(f"{run_once()} statements answer")
            if options["warm"]:
                self.stdout.write(f"{run_for(options['warm']):,} runs to warm them")
        except GraphUnavailable as error:
            self.stderr.write(f"{error} Limits come from PostgreSQL until it is back.")
