"""Refusals of questions to the graph."""

from commands.errors import Refusal


class UnknownQuestion(Refusal):
    """No question has this name, or not on this graph."""

    code = "risk.unknown_question"
    status = 404
    message = "There is no question {name!r} for the {graph} graph."


class TookTooLong(Refusal):
    """The question took longer than one may; a narrower window or fewer steps may do."""

    code = "risk.took_too_long"
    status = 400
    message = "This took longer than {seconds:g} s; ask for less."
