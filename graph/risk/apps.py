"""The Django app of the risk team's questions."""

from django.apps import AppConfig


class RiskConfig(AppConfig):
    """Asks the graph of who pays, lends to, vouches for and signs in beside whom."""

    name = "graph.risk"
    label = "risk"

    def ready(self) -> None:
        """Register the questions."""
        from graph.risk import finbench  # noqa: F401 (registers itself)
