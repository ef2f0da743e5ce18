"""The gate before what one person pays another: does it close a ring, or keep the share of what
came that went too small.

FinBench's TRW1 and TRW2 on the live graph; see Note [Gates] in wallet/gates/services.py.
"""

from functools import partial
from typing import Any

from django.conf import settings

from graph.intents import services as intents
from graph.intents.services import Limits, Transfer
from graph.people.selectors import list_known
from graph.projection.registry import milliseconds
from outbox.wake import wake_delivery
from wallet.accounts.services import BALANCE, accounts_of
from wallet.gates.models import Passage
from wallet.gates.services import VERSION, ask_gate, require_fresh, withdraw
from wallet.ledger.errors import InsufficientFunds
from wallet.ledger.models import Account
from wallet.screening.judges import Asked, EarlyJudge
from wallet.screening.payments import Finding, Outcome, Payment

# Those that may wait, and those that post at once.
COMMANDS = frozenset({"transfer.send", "payment_request.pay", "split.pay", "room.settle"})
NAME = "gate.transfer"
LANE = "intents"


def concerns(command: str, amount: int, currency: str) -> bool:
    """Tell whether a payment is gated: those below the amount go in batches and cost nothing."""
    return command in COMMANDS and amount >= settings.GATE_AMOUNT


def ask(payment: Payment) -> Asked:
    """Write down that the payment is about to be made, and test it. Raises InsufficientFunds."""
    payee = payment.payee_id
    if payee in (None, payment.payer_id) or not list_known(person_ids=[payee]):
        # Refused in a moment, and no pair of accounts.
        return Asked()
    if payment.posted_as is None:
        # What posts at once was posted already, and undone.
        _require_money(payment)
    sides = [payment.payer_id, payee]
    # Opened here, so that the graph never keeps one that nobody has.
    accounts = accounts_of(person_ids=sides, currency=payment.currency, at=payment.at)
    payer, payee_account = (str(accounts[one]) for one in sides)
    intent = Transfer(
        id=str(payment.posting_id), payer=payer, payee=payee_account, amount=payment.amount,
        at=milliseconds(payment.at),
    )  # fmt: skip
    return ask_gate(
        payment=payment, name=NAME, ids=[intent.id], work=partial(_examine, intent, _limits())
    )


def _require_money(payment: Payment) -> None:
    # An intent of somebody who cannot pay would count against others. They are refused and not
    # passed over: money that comes a moment later must find no way around the gate.
    account = Account.objects.filter(
        owner_id=payment.payer_id, kind=BALANCE, currency=payment.currency
    ).first()
    available = account.available if account else 0
    if available < payment.amount:
        raise InsufficientFunds(available=available)


def _limits() -> Limits:
    return Limits(
        window_hours=settings.GATE_WINDOW_HOURS, steps=settings.GATE_RING_STEPS,
        ring_smallest=settings.GATE_RING_SMALLEST, ratio_amount=settings.GATE_RATIO_AMOUNT,
        ratio=settings.GATE_RATIO,
    )  # fmt: skip


def _examine(intent: Transfer, limits: Limits) -> list[Finding]:
    edge = intents.intend_transfer(intent=intent)
    found = intents.examine_transfer(intent=intent, edge=edge, limits=limits)
    shared = {"window_hours": limits.window_hours}
    ring: dict[str, Any] = shared | {
        "ring": found.ring, "steps": limits.steps, "smallest": limits.ring_smallest,
    }  # fmt: skip
    ratio: dict[str, Any] = shared | {
        "ratios": found.ratios, "above": limits.ratio, "amounts_above": limits.ratio_amount,
    }  # fmt: skip
    return [
        Finding(f"{NAME}.ring", VERSION, _hold_if(bool(found.ring)), ring),
        Finding(f"{NAME}.ratio", VERSION, _hold_if(found.is_uneven), ratio),
    ]


def _hold_if(hit: bool) -> Outcome:  # noqa: FBT001
    return Outcome.HOLD if hit else Outcome.ALLOW


def keep(payment: Payment, asked: Asked) -> None:
    """Write down that what was posted at once stood in the graph as an intent."""
    if asked.token:
        Passage.objects.create(id=payment.posting_id)


def confirm(asked: Asked) -> None:
    """Have the worker bring the posted intent to the graph: its row's own event does it."""
    if asked.token:
        wake_delivery(LANE)


GATE = EarlyJudge(
    name=NAME, concerns=concerns, ask=ask, confirm=confirm, withdraw=withdraw, check=require_fresh,
    intends=True, keep=keep,
)  # fmt: skip
