"""The Django app of screening."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """Keeps decisions about payments, and the payments that wait for a person's."""

    name = "wallet.screening"
    label = "screening"

    def ready(self) -> None:
        """Register what this app offers."""
        from wallet.screening import commands, rule_commands  # noqa: F401 (register themselves)
        from wallet.screening.judges import put_judge
        from wallet.screening.rules import shadow  # noqa: F401 (registers itself)
        from wallet.screening.rules.judge import judge

        put_judge(judge)
