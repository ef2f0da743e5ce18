"""The Django app of messages."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Keeps messages."""

    name = "chat.messages"
    label = "messages"

    def ready(self) -> None:
        """Register what this app offers."""
        from chat.messages import commands  # noqa: F401 (registers itself)
        from chat.messages.previews import describe_newest
        from chat.rooms.selectors import show_newest_by

        show_newest_by(describe_newest)
