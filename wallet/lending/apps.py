"""The Django app of lending."""

from django.apps import AppConfig


class LendingConfig(AppConfig):
    """Keeps loans and what they reserve."""

    name = "wallet.lending"
    label = "lending"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.lending import (  # noqa: F401 (register themselves)
            allowance_commands,
            commands,
            lenience_commands,
            limit_commands,
            preview_commands,
            trust_commands,
        )
