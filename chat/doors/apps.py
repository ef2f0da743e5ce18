"""The Django app of doors."""

from django.apps import AppConfig


class DoorsConfig(AppConfig):
    """Opens the service."""

    name = "chat.doors"
    label = "doors"

    def ready(self) -> None:
        """Register what this app offers."""
        from chat.doors import commands  # noqa: F401 (registers itself)
