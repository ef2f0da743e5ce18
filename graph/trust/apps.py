"""The Django app of trust."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    """Keeps trust lines."""

    name = "graph.trust"
    label = "trust"

    def ready(self) -> None:
        """Register what the graph shows of lines."""
        from graph.trust import events  # noqa: F401 (registers itself)
