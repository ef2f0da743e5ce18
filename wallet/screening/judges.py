"""Who is asked about payments before they are made.

Note [Two kinds of judges]
A judge is asked inside the transaction that is about to post, for all payments of a batch at once;
it may read PostgreSQL in a fixed number of statements, and nothing else. What asks Neo4j, or has to
commit something of its own first, is an early judge: it is asked before the transaction, for one
payment, which then goes alone. Its findings come to `screen` as `prior`, and count as those of the
other judges do.

A transfer's amount stands in its command, which asks the early judges before its transaction. How
much a request or a bill is about is only known when it is looked at: so what posts at once is
posted first. If it turns out that an early judge is concerned, all of it is undone, the judge is
asked, and it is posted once more. Small payments cost nothing by that, and nobody is asked about
what would be refused anyway.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from commands.errors import Busy
from commands.registry import PrepareFirst
from outbox.after_commit import run_after_commit
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


def _keeps_nothing(_: Payment, __: Asked) -> None:
    """Nothing of it is kept beside the decision."""


@dataclass(frozen=True)
class EarlyJudge:
    """A judge who is asked before the transaction; see Note [Two kinds of judges].

    `concerns(command, amount, currency)` is cheap and says whether it has to be asked about a
    command (`transfer.send`) with this amount; `ask(payment)` may take a while,
    bounded by the judge itself, and never raises for an engine that is away. `check(asked)` is
    called in the transaction before anything is posted, and refuses with Busy what was asked too
    long ago. `intends` says that, where it left a token, the payment stands in the graph as an
    intent, which whoever makes the payment keeps with it: a transfer in its row, what posts at
    once by `keep(payment, asked)` in the transaction that has posted it. After that exactly one of
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
    keep: Callable[[Payment, Asked], None] = _keeps_nothing


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

    def fit(self, payment: Payment) -> Payment:
        """Return the payment under the ids under which it was asked about. Raises Busy where its
        terms have changed since, and where one of the judges was asked too long ago.
        """
        asked = self.payment
        if replace(payment, id=asked.id, posted_as=asked.posted_as) != asked:
            raise Busy(retry_after_ms=100)
        self.check()
        return asked

    def keep(self) -> None:
        """Keep what they intend with a payment that was posted at once, in its transaction."""
        for judge, asked in self.asked:
            judge.keep(self.payment, asked)

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


class AskFirst(PrepareFirst):
    """An early judge is concerned with a payment and was not asked about it."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(partial(ask_early, payment))


def require_asked(payment: Payment, early: Early | None) -> None:
    """Make sure that a payment that was just posted at once, in the caller's transaction, was asked
    about, and keep what the early judges intend with it. Raises AskFirst where it was not, and one
    of them is concerned; see Note [Two kinds of judges].
    """
    if early is not None:
        early.keep()
        run_after_commit(early.confirm)
    elif needs_early(command=payment.command, amount=payment.amount, currency=payment.currency):
        raise AskFirst(payment)


R = TypeVar("R")


def ask_if_needed(pay: Callable[[Early | None], R]) -> R:
    """Make a payment outside of commands: `pay(early)` makes it in a transaction of its own, and is
    called once more where it raises AskFirst.
    """
    try:
        return pay(None)
    except AskFirst as found:
        first = found
    early: Early = first.prepare()
    try:
        return pay(early)
    except BaseException:
        early.withdraw()
        raise
