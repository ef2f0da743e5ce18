"""The Django app of the gates."""

from django.apps import AppConfig


class GatesConfig(AppConfig):
    """Keeps only what passed: decisions are screening's, intents the graph's."""

    name = "wallet.gates"
    label = "gates"

    def ready(self) -> None:
        """Have payments judged."""
        from wallet.gates.transfers import GATE
        from wallet.screening.judges import put_early_judge

        put_early_judge(GATE)
