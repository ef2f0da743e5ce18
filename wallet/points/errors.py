"""Refusals about Pay Points."""

from commands.errors import Refusal


class UnknownGate(Refusal):
    """No gate has this name."""

    code = "points.unknown_gate"
    status = 404
    message = "There is no gate called {gate!r}."


class UnknownCohort(Refusal):
    """A cohort is `all`, `joined:YYYY-MM`, `month:YYYY-MM`, `tier:NAME` or `formula:N`."""

    code = "points.unknown_cohort"
    status = 400
    message = "There is no cohort {cohort!r}."


class NotWithdrawn(Refusal):
    """The cohort's scores are in use, so there is nothing to restore."""

    code = "points.not_withdrawn"
    status = 409
    message = "The scores of {cohort} are not withdrawn."
