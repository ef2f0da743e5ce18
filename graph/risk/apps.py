"""The Django app of the risk team's questions."""

from django.apps import AppConfig


class RiskConfig(AppConfig):
    """Asks the graph of who pays, lends to, vouches for and signs in beside whom."""

    name = "graph.risk"
    label = "risk"

    def ready(self) -> None:
        """Register the questions and the commands that ask them."""
        from graph.risk import (  # noqa: F401 (register themselves)
            around,
            commands,
            families,
            finbench,
            live,
        )
        from graph.risk.replay import writes  # noqa: F401 (as above)
        from graph.risk.snapshots import tables  # noqa: F401 (as above)
