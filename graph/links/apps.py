"""The Django app of links between friends."""

from django.apps import AppConfig


class LinksConfig(AppConfig):
    """Keeps one link per person."""

    name = "graph.links"
    label = "links"

    def ready(self) -> None:
        """Register what this app offers."""
        from graph.links import commands  # noqa: F401 (registers itself)
        from graph.links.services import revoke
        from graph.people.leaving import clear_after

        clear_after(lambda person_id, _: revoke(person_id=person_id))
