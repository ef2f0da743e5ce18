"""The Django app of the projection."""

from django.apps import AppConfig


class ProjectionConfig(AppConfig):
    """Keeps the graph in step."""

    name = "graph.projection"
    label = "projection"

    def ready(self) -> None:
        """Have events delivered; the apps above stand earlier in the settings and have registered
        their kinds.
        """
        from graph.projection.events import register_handlers

        register_handlers()
