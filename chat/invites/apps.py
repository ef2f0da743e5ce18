"""The Django app of invites."""

from django.apps import AppConfig


class InvitesConfig(AppConfig):
    """Keeps links into groups."""

    name = "chat.invites"
    label = "invites"

    def ready(self) -> None:
        """Register what this app offers."""
        from chat.invites import commands  # noqa: F401 (registers itself)
