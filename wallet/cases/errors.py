"""Refusals about cases."""

from commands.errors import Refusal


class CaseNotFound(Refusal):
    """There is no such case."""

    code = "case.not_found"
    status = 404
    message = "There is no such case."


class CaseExists(Refusal):
    """There is an open case about this person; its id is in the detail."""

    code = "case.exists"
    status = 409
    message = "There is an open case about this person."

    def __init__(self, *, case: str) -> None:
        super().__init__(case=case)


class CaseClosed(Refusal):
    """The case was cleared, and stays as it is; a new one can be opened."""

    code = "case.closed"
    status = 409
    message = "This case is closed."


class CaseNeedsSomebodyElse(Refusal):
    """Who blocked somebody does not weaken that, and nobody handles a case about themselves."""

    code = "case.needs_somebody_else"
    status = 403
    message = "Somebody else of the risk team must do this."
