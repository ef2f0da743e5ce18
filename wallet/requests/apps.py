"""The Django app of payment requests."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Keeps payment requests."""

    name = "wallet.requests"
    label = "requests"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.requests import commands  # noqa: F401 (registers itself)
