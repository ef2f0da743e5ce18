"""The Django app of intents."""

from django.apps import AppConfig


class IntentsConfig(AppConfig):
    """Writes into Neo4j alone; what was posted of it is projected by the wallet."""

    name = "graph.intents"
    label = "intents"

    def ready(self) -> None:
        """Register the Cypher statements."""
        from graph.intents import queries  # noqa: F401 (registers itself)
