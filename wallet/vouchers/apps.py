"""The Django app of vouchers."""

from django.apps import AppConfig


class VouchersConfig(AppConfig):
    """Keeps vouchers and what they were issued with."""

    name = "wallet.vouchers"
    label = "vouchers"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.vouchers import commands  # noqa: F401 (registers itself)
