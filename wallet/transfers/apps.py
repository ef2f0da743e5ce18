"""The Django app of transfers."""

from django.apps import AppConfig


class TransfersConfig(AppConfig):
    """Keeps transfers."""

    name = "wallet.transfers"
    label = "transfers"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.transfers import commands  # noqa: F401 (registers itself)
