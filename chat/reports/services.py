"""Reporting, and closing reports."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from chat.reports.errors import ReportClosed, TooManyReports
from chat.reports.locks import lock_report, lock_reporter
from chat.reports.models import About, Decision, Reason, Report
from chat.reports.selectors import take_snapshot

DAY = timedelta(days=1)


def create(
    *, person_id: UUID, about: About, ref: UUID, reason: Reason, note: str, at: datetime
) -> Report:
    """Keep a report with what the person sees of the thing now; what they have reported already and
    nobody has closed stays one report, as it was.

    Raises MessageNotFound, RoomNotFound, PersonNotFound, ReportsYourself and TooManyReports.
    """
    snapshot = take_snapshot(about=about, ref=ref, person_id=person_id)
    with transaction.atomic():
        lock_reporter(person_id=person_id)
        own = Report.objects.filter(reporter_id=person_id).select_related("reporter")
        existing = own.filter(about=about, ref=ref, closed_at=None).first()
        if existing is not None:
            return existing
        if own.filter(at__gt=at - DAY).count() >= settings.REPORTS_PER_DAY:
            raise TooManyReports(most=settings.REPORTS_PER_DAY)
        return Report.objects.create(
            id=uuid7(), reporter_id=person_id, about=about, ref=ref, reason=reason, note=note,
            snapshot=snapshot, at=at,
        )  # fmt: skip


def close(
    *, report_id: UUID, person_id: UUID, decision: Decision, note: str, at: datetime
) -> Report:
    """Note what was decided about a report. Raises ReportNotFound, and ReportClosed when something
    else was decided before.
    """
    with transaction.atomic():
        report = lock_report(report_id=report_id)
        if report.closed_at is not None:
            if report.decision != decision:
                raise ReportClosed(decision=str(report.decision))
            return report
        report.decision = decision
        report.decision_note = note
        report.closed_at = at
        report.closed_by_id = person_id
        report.save(update_fields=["decision", "decision_note", "closed_at", "closed_by_id"])
    return report
