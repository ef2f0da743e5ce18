"""The Django app of disputes."""

from django.apps import AppConfig


class DisputesConfig(AppConfig):
    """Keeps disputes and every step in them."""

    name = "wallet.disputes"
    label = "disputes"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.disputes import commands, staff_commands  # noqa: F401 (register themselves)
