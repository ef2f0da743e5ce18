"""The Django app of transfers."""

from django.apps import AppConfig


class TransfersConfig(AppConfig):
    """Keeps transfers."""

    name = "wallet.transfers"
    label = "transfers"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.screening.holding import put_holder
        from wallet.transfers import commands, reviewing, services  # noqa: F401 (registers itself)

        put_holder(services.COMMAND, reviewing.HOLDER)
