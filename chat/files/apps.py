"""The Django app of files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Keeps pictures and files, and makes their thumbnails."""

    name = "chat.files"
    label = "files"

    def ready(self) -> None:
        """Register what this app offers."""
        from chat.files import commands  # noqa: F401 (registers itself)
        from chat.files.thumbnails import TOPIC, make_thumbnails
        from outbox.registry import handle_topic

        handle_topic(TOPIC, make_thumbnails)
