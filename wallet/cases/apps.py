"""The Django app of the risk team's cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Keeps cases and every step in them."""

    name = "wallet.cases"
    label = "cases"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.cases import commands, picture_commands  # noqa: F401 (register themselves)
