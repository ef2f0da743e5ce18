"""The Django app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Keeps nothing of its own."""

    name = "wallet.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.accounts import commands  # noqa: F401 (registers itself)
