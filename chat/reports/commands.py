"""Wire commands about reports."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chat.messages.errors import MessageNotFound
from chat.reports import selectors, services
from chat.reports.errors import ReportClosed, ReportNotFound, ReportsYourself, TooManyReports
from chat.reports.models import About, Decision, Reason, Report
from chat.rooms.errors import RoomNotFound
from commands.errors import Forbidden
from commands.frames import Command, Id, Moment, PageSize, Result, Text
from commands.registry import Caller, handles
from graph.people.commands import PersonShown
from graph.people.errors import PersonNotFound
from graph.people.selectors import require_role

FAMILY = "Reports"
RISK = "risk"
Note = Annotated[Text, Field(max_length=1_000)]


class CreateReport(Command):
    type: Literal["report.create"]
    about: Literal["message", "person", "room"]
    ref: Annotated[Id, Field(description="The id of the message, the person or the room.")]
    reason: Literal["spam", "abuse", "fraud", "violence", "other"]
    note: Note = ""


class ListReports(Command):
    type: Literal["report.list"]
    status: Literal["open", "closed"] = "open"
    before: Id | None = None
    limit: PageSize = 50


class CloseReport(Command):
    type: Literal["report.close"]
    report: Id
    decision: Literal["acted", "dismissed"]
    note: Note = ""


class Filed(Result):
    """A report as who made it sees it."""

    id: Id
    about: str
    ref: Id
    reason: str
    note: str
    at: Moment

    @classmethod
    def of(cls, report: Report) -> "Filed":
        """Show a report to who made it."""
        return cls(
            id=report.id, about=str(report.about), ref=report.ref, reason=str(report.reason),
            note=report.note, at=report.at,
        )  # fmt: skip


class ReportShown(Filed):
    """A report as the risk team sees it; `snapshot` is what the reporter saw: the `message`, the
    `person` it is about, the `room`.
    """

    reporter: PersonShown
    snapshot: dict[str, Any]
    status: str
    decision: str
    decision_note: str
    closed_at: Moment | None
    closed_by: Id | None

    @classmethod
    def of(cls, report: Report) -> "ReportShown":
        """Show a report to the risk team."""
        return cls(
            id=report.id, about=str(report.about), ref=report.ref, reason=str(report.reason),
            note=report.note, at=report.at, reporter=PersonShown.of(report.reporter),
            snapshot=report.snapshot, status="closed" if report.closed_at else "open",
            decision=str(report.decision), decision_note=report.decision_note,
            closed_at=report.closed_at, closed_by=report.closed_by_id,
        )  # fmt: skip


class OneFiled(Result):
    report: Filed


class OneReport(Result):
    report: ReportShown


class Reports(Result):
    reports: list[ReportShown]
    more: bool


@handles(
    CreateReport, result=OneFiled, family=FAMILY,
    may_refuse=[MessageNotFound, RoomNotFound, PersonNotFound, ReportsYourself, TooManyReports],
)  # fmt: skip
def create_report(command: CreateReport, caller: Caller) -> OneFiled:
    """Report a message, a person or a room that you see; only the risk team reads it."""
    report = services.create(
        person_id=caller.person, about=About(command.about), ref=command.ref,
        reason=Reason(command.reason), note=command.note, at=caller.at,
    )  # fmt: skip
    return OneFiled(report=Filed.of(report))


@handles(ListReports, result=Reports, family=FAMILY, reads=True, may_refuse=[Forbidden])
def list_reports(command: ListReports, caller: Caller) -> Reports:
    """List reports, newest first; needs the role `risk`."""
    require_role(person_id=caller.person, role=RISK)
    page, more = selectors.list_reports(
        is_closed=command.status == "closed", before=command.before, limit=command.limit
    )
    return Reports(reports=[ReportShown.of(report) for report in page], more=more)


@handles(
    CloseReport, result=OneReport, family=FAMILY,
    may_refuse=[Forbidden, ReportNotFound, ReportClosed],
)  # fmt: skip
def close_report(command: CloseReport, caller: Caller) -> OneReport:
    """Note what was decided about a report; needs the role `risk`."""
    require_role(person_id=caller.person, role=RISK)
    report = services.close(
        report_id=command.report, person_id=caller.person, decision=Decision(command.decision),
        note=command.note, at=caller.at,
    )  # fmt: skip
    return OneReport(report=ReportShown.of(report))
