"""The Django app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Keeps nothing of its own."""

    name = "wallet.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register what this app offers."""
        from graph.finding.ties import put_tie
        from wallet.accounts import commands  # noqa: F401 (registers itself)
        from wallet.accounts.ties import have_paid

        put_tie(have_paid)
