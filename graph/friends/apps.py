"""The Django app of friends."""

from django.apps import AppConfig


class FriendsConfig(AppConfig):
    """Keeps who is a friend of whom."""

    name = "graph.friends"
    label = "friends"

    def ready(self) -> None:
        """Register what this app offers."""
        from graph.friends import commands  # noqa: F401 (registers itself)
