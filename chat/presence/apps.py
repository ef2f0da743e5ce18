"""The Django app of presence."""

from django.apps import AppConfig


class PresenceConfig(AppConfig):
    """Knows who is there."""

    name = "chat.presence"
    label = "presence"

    def ready(self) -> None:
        """Register what this app offers."""
        from chat.presence import commands  # noqa: F401 (registers itself)
