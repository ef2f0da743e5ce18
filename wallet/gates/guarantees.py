"""The gate before guarantees: do those owe too much for whom somebody is about to stand.

FinBench's TRW3 on the live graph; see Note [Gates] in wallet/gates/services.py.
"""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from django.conf import settings
from uuid_utils.compat import uuid7

from graph.intents import services as intents
from graph.intents.services import Guarantees
from graph.projection.registry import milliseconds
from wallet.gates.services import VERSION, ask_gate, require_fresh, withdraw
from wallet.screening.judges import Asked, EarlyJudge
from wallet.screening.payments import Finding, Outcome, Payment

NAME = "gate.guarantee"


def ask(payment: Payment, guarantors: Collection[UUID]) -> Asked:
    """Write down who is about to stand behind the loan that is paid out, and test what they would
    stand for; nothing where nobody but the lender does.
    """
    if not guarantors or payment.payee_id is None:
        return Asked()
    given = Guarantees(
        ids={str(one): str(uuid7()) for one in guarantors}, borrower=str(payment.payee_id),
        loan=str(payment.id), amount=payment.amount, at=milliseconds(payment.at),
    )  # fmt: skip
    return ask_gate(
        payment=payment, name=NAME, ids=list(given.ids.values()),
        work=partial(_examine, given, settings.GATE_CHAIN_OWED),
    )  # fmt: skip


def _examine(given: Guarantees, most: int) -> list[Finding]:
    intents.intend_guarantees(intents=given)
    owed = intents.sum_chains(guarantors=list(given.ids))
    outcome = Outcome.HOLD if any(one > most for one in owed.values()) else Outcome.ALLOW
    return [Finding(f"{NAME}.chain", VERSION, outcome, {"owed": owed, "above": most})]


def _stays(asked: Asked) -> None:
    """Leave the intents to their end: by then the guarantees themselves are in the graph."""


# Asked by whoever knows the guarantors; so it never comes forward by itself.
GATE = EarlyJudge(
    name=NAME, concerns=lambda *_: False, ask=lambda payment: ask(payment, ()),
    confirm=_stays, withdraw=withdraw, check=require_fresh,
)  # fmt: skip
