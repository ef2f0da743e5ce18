"""Refusals about shared expenses."""

from commands.errors import Refusal


class ExpenseNotFound(Refusal):
    """There is no such expense, it was deleted, or the caller is not in its room."""

    code = "expense.not_found"
    status = 404
    message = "There is no such expense."


class ExpensePersonGone(Refusal):
    """It would change what somebody owes or is owed who has closed their account; `detail` names
    them. What leaves their figures as they are may be changed.
    """

    code = "expense.person_gone"
    status = 409
    message = "Somebody whom this would concern has closed their account."


class PlanChanged(Refusal):
    """The payer does not owe that much any more, or the receiver is not owed that much."""

    code = "expense.plan_changed"
    status = 409
    message = "What is owed has changed: at most {at_most} can be settled now."


class SettlementNotFound(Refusal):
    """There is no such settlement, or it is not the caller's to answer."""

    code = "settlement.not_found"
    status = 404
    message = "There is no such settlement."


class SettlementClosed(Refusal):
    """The settlement was confirmed or declined already."""

    code = "settlement.closed"
    status = 409
    message = "This settlement is {status} already."
