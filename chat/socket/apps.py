"""The Django app of socket."""

from django.apps import AppConfig


class SocketConfig(AppConfig):
    """Delivers events."""

    name = "chat.socket"
    label = "socket"
