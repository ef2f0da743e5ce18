"""The judge who asks the rules.

Note [Repayments]
Who owes has to be able to pay. A repayment goes to who lent, and is no more than what is owed: it
makes no new payee, no stranger, no ring, and whoever is kept from it is overdue tomorrow. So it is
only asked whether it is the borrower who pays: by the rules that tell of a stolen account. All of
them ask for the PIN and for nothing more, so that no rule denies a repayment.
"""

from collections.abc import Iterable, Sequence

from wallet.screening.payments import Finding, Payment
from wallet.screening.rules import habit, place, relations  # noqa: F401 (register themselves)
from wallet.screening.rules.facts import Facts
from wallet.screening.rules.gathering import gather
from wallet.screening.rules.switches import Setting, settings_at

REPAYMENT = "loan.repay"


def judge(payments: Sequence[Payment], mark: int) -> list[list[Finding]] | None:
    """Return which of the rules that are on fire for each payment; None where none is on."""
    settings = settings_at(mark).in_mode("on")
    return judge_by(payments, settings) if settings else None


def judge_by(
    payments: Sequence[Payment], settings: Sequence[Setting], *, are_made: bool = False
) -> list[list[Finding]]:
    """Return which of the given rules fire for each payment; those that `are_made` may be of
    different moments.
    """
    needs = {need for one in settings for need in one.rule.needs}
    return [list(_fire(facts, settings)) for facts in gather(payments, needs, are_made=are_made)]


def _fire(facts: Facts, settings: Sequence[Setting]) -> Iterable[Finding]:
    # See Note [Repayments].
    only_theft = facts.payment.command == REPAYMENT
    for one in settings:
        if only_theft and not one.rule.theft:
            continue
        inputs = one.rule.test(facts, one.thresholds)
        if inputs is not None:
            yield Finding(
                one.rule.name, one.rule.version, one.rule.outcome,
                {**inputs, "thresholds": dict(one.thresholds)},
            )  # fmt: skip
