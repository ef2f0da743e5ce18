"""The Django app of rooms."""

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    """Keeps rooms."""

    name = "chat.rooms"
    label = "rooms"

    def ready(self) -> None:
        """Register what this app offers."""
        from chat.rooms import commands  # noqa: F401 (registers itself)
        from chat.rooms.common import GROUPS, have_shared_room
        from chat.rooms.leaving import ROOMS
        from graph.finding.groups import put_groups
        from graph.finding.ties import put_tie
        from wallet.closing.parts import put_part

        put_part(ROOMS)
        put_groups(GROUPS)
        put_tie(have_shared_room)
