"""The Django app of notices."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Keeps notices for people."""

    name = "outbox.notices"
    label = "notices"

    def ready(self) -> None:
        """Register the commands."""
        from outbox.notices import commands  # noqa: F401 (registers itself)
