"""The Django app of receipts."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    """Keeps nothing of its own: a receipt is a payment in the ledger."""

    name = "wallet.receipts"
    label = "receipts"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.receipts import commands  # noqa: F401 (registers itself)
