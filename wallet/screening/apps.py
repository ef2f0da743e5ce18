"""The Django app of screening."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """Keeps decisions about payments, and the payments that wait for a person's."""

    name = "wallet.screening"
    label = "screening"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.screening import commands  # noqa: F401 (registers itself)
