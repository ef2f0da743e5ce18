"""The Django app of trust."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    """Keeps trust lines."""

    name = "graph.trust"
    label = "trust"

    def ready(self) -> None:
        """Register what this app offers, and what the graph shows of lines."""
        from graph.trust import commands, events  # noqa: F401 (register themselves)
