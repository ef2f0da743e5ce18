"""The Django app of limits."""

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    """Answers limits, and loads trust in bulk; keeps nothing of its own."""

    name = "graph.limits"
    label = "limits"

    def ready(self) -> None:
        """Register the Cypher statements, and what brings a load to the graph."""
        from graph.limits import queries  # noqa: F401 (registers itself)
        from graph.limits.arrival import register_arrival

        register_arrival()
