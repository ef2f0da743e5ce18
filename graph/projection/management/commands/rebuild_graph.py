"""manage.py rebuild_graph"""

from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import Progress

from graph.projection.registry import Kind
from graph.projection.services import rebuild


class Command(BaseCommand):
    """Empties Neo4j and fills it again from PostgreSQL."""

    help = (
        "Empty Neo4j and fill it again from PostgreSQL; the service may go on meanwhile. Ends in"
        " the same graph as the live projection, which `manage.py check_graph` proves."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild with progress."""
        with Progress(console=Console(stderr=True), transient=True) as bar:
            tasks: dict[str, Any] = {}

            def show(kind: Kind, done: int, total: int) -> None:
                if kind.name not in tasks:
                    tasks[kind.name] = bar.add_task(kind.name, total=total)
                bar.update(tasks[kind.name], completed=done)

            for name, written in rebuild(progress=show).items():
                self.stdout.write(f"{name}: {written:,} rows")
