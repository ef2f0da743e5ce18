"""The Django app of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Keeps the books."""

    name = "wallet.ledger"
    label = "ledger"
