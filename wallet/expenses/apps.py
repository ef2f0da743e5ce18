"""The Django app of shared expenses."""

from django.apps import AppConfig


class ExpensesConfig(AppConfig):
    """Keeps expenses, balances between people and settlements."""

    name = "wallet.expenses"
    label = "expenses"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.expenses import commands  # noqa: F401 (registers itself)
