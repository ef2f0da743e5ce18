"""The Django app of what the graph sees of the wallet."""

from django.apps import AppConfig


class GraphedConfig(AppConfig):
    """Keeps versions, channels and sign-ins, and the triggers that tell the graph."""

    name = "wallet.graphed"
    label = "graphed"

    def ready(self) -> None:
        """Register the kinds, and have the worker woken for what comes from below."""
        from graph.people.sign_ins import on_sign_in
        from wallet.accounts.events import wake_graph
        from wallet.graphed import kinds  # noqa: F401 (registers itself)

        on_sign_in(wake_graph)
