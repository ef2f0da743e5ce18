"""The Django app of splits."""

from django.apps import AppConfig


class SplitsConfig(AppConfig):
    """Keeps splits and shares."""

    name = "wallet.splits"
    label = "splits"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.splits import commands  # noqa: F401 (registers itself)
