"""manage.py prepare_graph"""

from typing import Any

from django.core.management.base import BaseCommand

from graph.database import GraphUnavailable
from graph.projection.services import prepare_schema


class Command(BaseCommand):
    """Makes the graph's constraints."""

    help = "Make the constraints that Neo4j lacks; safe to repeat. `make up` does it at each start."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them, or say why not."""
        try:
            prepare_schema()
        except GraphUnavailable as error:
            self.stderr.write(f"{error} Limits come from PostgreSQL until it is back.")
