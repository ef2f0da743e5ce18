"""The Django app of rooms."""

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    """Keeps rooms."""

    name = "chat.rooms"
    label = "rooms"

    def ready(self) -> None:
        """Register what this app offers."""
        from chat.rooms import commands  # noqa: F401 (registers itself)
        from chat.rooms.leaving import ROOMS
        from wallet.closing.parts import put_part

        put_part(ROOMS)
