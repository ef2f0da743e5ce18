"""Who is asked about payments before they are made.

Note [Two kinds of judges]
A judge is asked inside the transaction that is about to post, for all payments of a batch at once;
it may read PostgreSQL in a fixed number of statements, and nothing else. What asks Neo4j, or has to
commit something of its own first, is an early judge: it is asked before the transaction, for one
payment, which then goes alone. Its findings come to `screen` as `prior`, and count as those of the
other judges do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wallet.screening.payments import Finding, Payment

# What it finds of each payment, in their order; None where it had nothing to judge by at all. The
# mark says as of which change the rules stand, see selectors.find_mark.
Judge = Callable[[Sequence[Payment], int], Sequence[Sequence[Finding]] | None]

_judges: list[Judge] = []


def put_judge(judge: Judge) -> None:
    """Have a judge asked about each payment, inside its transaction."""
    _judges.append(judge)


def list_judges() -> list[Judge]:
    """Return the judges, in the order in which they are asked."""
    return list(_judges)


@dataclass(frozen=True)
class Asked:
    """What an early judge said of a payment: `findings`, empty where nothing stands in its way,
    and whatever it needs to confirm or withdraw (`token`).
    """

    findings: Sequence[Finding] = ()
    token: Any = None


def _fits(_: Asked) -> None:
    """Whenever it was asked."""


@dataclass(frozen=True)
class EarlyJudge:
    """A judge who is asked before the transaction; see Note [Two kinds of judges].

    `concerns(command, amount, currency)` is cheap and says whether it has to be asked about a
    command (`transfer.send`) with this amount; `ask(payment)` may take a while,
    bounded by the judge itself, and never raises for an engine that is away. `check(asked)` is
    called in the transaction before anything is posted, and refuses with Busy what was asked too
    long ago. `intends` says that, where it left a token, the payment stands in the graph as an
    intent, which whoever makes the payment keeps with it. After that exactly one of
    `confirm(asked)`, once the payment was committed, and `withdraw(asked)`, once nothing came of
    it, is called, outside of transactions; both may find that their process has died before.
    """

    name: str
    concerns: Callable[[str, int, str], bool]
    ask: Callable[[Payment], Asked]
    confirm: Callable[[Asked], None]
    withdraw: Callable[[Asked], None]
    check: Callable[[Asked], None] = _fits
    intends: bool = False


_early: list[EarlyJudge] = []


def put_early_judge(judge: EarlyJudge) -> None:
    """Have a judge asked before the transaction about the payments that concern it."""
    _early.append(judge)


@dataclass
class Early:
    """What the early judges said of one payment, to be handed on to the transaction."""

    payment: Payment
    asked: list[tuple[EarlyJudge, Asked]] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Return all that they found."""
        return [finding for _, asked in self.asked for finding in asked.findings]

    @property
    def intends(self) -> bool:
        """Tell whether the payment stands in the graph as an intent."""
        return any(judge.intends and asked.token is not None for judge, asked in self.asked)

    def check(self) -> None:
        """Raise Busy where one of them was asked too long ago."""
        for judge, asked in self.asked:
            judge.check(asked)

    def confirm(self) -> None:
        """Let them know that the payment was made."""
        for judge, asked in self.asked:
            judge.confirm(asked)

    def withdraw(self) -> None:
        """Let them know that nothing came of it."""
        for judge, asked in self.asked:
            judge.withdraw(asked)


def needs_early(*, command: str, amount: int, currency: str) -> bool:
    """Tell whether an early judge has to be asked, so that the payment cannot go in a batch."""
    return any(judge.concerns(command, amount, currency) for judge in _early)


def ask_early(payment: Payment) -> Early:
    """Ask the early judges that the payment concerns, before its transaction."""
    early = Early(payment)
    try:
        for judge in _early:
            if judge.concerns(payment.command, payment.amount, payment.currency):
                early.asked.append((judge, judge.ask(payment)))
    except BaseException:
        early.withdraw()
        raise
    return early
