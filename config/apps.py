"""The Django app of the composition root."""

from django.apps import AppConfig


class KithConfig(AppConfig):
    """Makes our Celery app the one that tasks are sent by."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Load it."""
        from config import celery  # noqa: F401 (registers itself as the current app)
