"""The Django app of finding people."""

from django.apps import AppConfig


class FindingConfig(AppConfig):
    """Knows who may find whom."""

    name = "graph.finding"
    label = "finding"

    def ready(self) -> None:
        """Register what this app offers."""
        from graph.finding import commands  # noqa: F401 (registers itself)
        from graph.finding.selectors import require_shown
        from graph.friends.shown import put_rule

        put_rule(require_shown)
