"""The Django app of limits."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LimitsConfig(AppConfig):
    """Keeps what was paid, and payment PINs."""

    name = "wallet.limits"
    # `limits` are those of borrowers, in graph/limits.
    label = "outgoing"

    def ready(self) -> None:
        """Register what this app offers, and tell the database the settings it decides by."""
        from commands.gates import put_gate
        from wallet.limits import commands  # noqa: F401 (registers itself)
        from wallet.limits.pins import GATE
        from wallet.limits.services import write_rules

        put_gate(GATE)
        post_migrate.connect(write_rules, sender=self)
