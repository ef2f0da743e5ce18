"""The Django app of the outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Keeps events until they are delivered."""

    name = "outbox"
