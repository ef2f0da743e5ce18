"""Refusals about reports."""

from commands.errors import Refusal


class ReportNotFound(Refusal):
    """There is no such report."""

    code = "report.not_found"
    status = 404
    message = "There is no such report."


class ReportsYourself(Refusal):
    """Nobody reports themselves or what they said."""

    code = "report.yourself"
    status = 409
    message = "That is you."


class TooManyReports(Refusal):
    """The caller has reported as much today as one person can."""

    code = "report.too_many"
    status = 429
    message = "That is more than {most} reports in a day; please come back tomorrow."


class ReportClosed(Refusal):
    """Somebody else has closed the report with another decision."""

    code = "report.closed"
    status = 409
    message = "This report is closed already: {decision}."
