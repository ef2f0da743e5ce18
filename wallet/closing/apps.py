"""The Django app of freezes and closings."""

from django.apps import AppConfig


class ClosingConfig(AppConfig):
    """Keeps who was frozen, and why."""

    name = "wallet.closing"
    label = "closing"

    def ready(self) -> None:
        """Register what this app offers."""
        from commands.gates import put_gate
        from wallet.closing import commands  # noqa: F401 (registers itself)
        from wallet.closing.gone import GATE

        put_gate(GATE)
