"""The Django app of limits."""

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    """Answers limits; keeps nothing."""

    name = "graph.limits"
    label = "limits"

    def ready(self) -> None:
        """Register the Cypher statements."""
        from graph.limits import queries  # noqa: F401 (registers itself)
