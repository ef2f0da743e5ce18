"""The Django app of banks."""

from django.apps import AppConfig


class BanksConfig(AppConfig):
    """Keeps payments at banks."""

    name = "wallet.banks"
    label = "banks"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.banks import commands  # noqa: F401 (registers itself)
