"""The Django app of relations."""

from django.apps import AppConfig


class RelationsConfig(AppConfig):
    """Reads the graph; keeps nothing."""

    name = "graph.relations"
    label = "relations"

    def ready(self) -> None:
        """Register the Cypher statements."""
        from graph.relations import queries  # noqa: F401 (registers itself)
