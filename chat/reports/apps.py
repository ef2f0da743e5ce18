"""The Django app of reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Keeps what people report."""

    name = "chat.reports"
    label = "reports"

    def ready(self) -> None:
        """Register what this app offers."""
        from chat.reports import commands  # noqa: F401 (registers itself)
        from chat.reports.selectors import count_reporters
        from wallet.screening.rules.gathering import count_reports_by

        count_reports_by(count_reporters)
