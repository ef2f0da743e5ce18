"""Row locks on reports, and on who reports."""

from uuid import UUID

from chat.reports.errors import ReportNotFound
from chat.reports.models import Report
from graph.people.locks import lock_person


def lock_reporter(*, person_id: UUID) -> None:
    """Let one person's reports come one by one, so that many at once do not pass the bound."""
    lock_person(person_id=person_id)


def lock_report(*, report_id: UUID) -> Report:
    """Lock the report until the transaction ends. Raises ReportNotFound."""
    rows = Report.objects.select_for_update(of=("self",), no_key=True).select_related("reporter")
    report = rows.filter(id=report_id).first()
    if report is None:
        raise ReportNotFound()
    return report
