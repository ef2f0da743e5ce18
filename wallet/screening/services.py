"""Asking the judges about payments, and keeping what they said."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from uuid_utils.compat import uuid7

from commands.arrays import column, columns
from commands.errors import Refusal
from commands.keys import encode
from wallet.limits.errors import PinRequired
from wallet.screening.errors import Denied
from wallet.screening.judges import Early, list_judges
from wallet.screening.payments import Became, Finding, Outcome, Payment, strictest

# Arrays instead of rows, as with the payments themselves. A refusal writes its row a second time,
# see `_refuse`.
WRITE = """
    INSERT INTO screening_decision (
        shadow, mark, took_ms, id, payment_id, command, payer_id, payee_id, amount, currency,
        device_id, outcome, became, findings, at
    )
    SELECT %s, %s, %s, x.id, x.payment_id, x.command, x.payer_id, x.payee_id, x.amount,
           x.currency, x.device_id, x.outcome, x.became, x.findings::jsonb, x.at
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::bigint[],
                %s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
         AS x (id, payment_id, command, payer_id, payee_id, amount, currency, device_id, outcome,
               became, findings, at)
    ON CONFLICT (id) DO NOTHING
"""
# Who has a PIN, and whether it was typed for this transaction; see wallet/limits/sql/outgoing.sql.
PINS = """
    SELECT x.id, EXISTS (SELECT FROM outgoing_pin AS n WHERE n.person_id = x.id),
           COALESCE(current_setting('kith.pin_of', true) = x.id::text, false)
    FROM unnest(%s::uuid[]) AS x (id)
"""


class _Pin(NamedTuple):
    is_set: bool
    is_proved: bool


NO_PIN = _Pin(is_set=False, is_proved=False)


@dataclass(frozen=True)
class Screened:
    """What was decided about a payment: `became` is what is to come of it, `refusal` what the payer
    is answered where it does not go. `is_judged` is False where nobody was there to judge, and so
    nothing is to be kept.
    """

    payment: Payment
    outcome: Outcome = Outcome.ALLOW
    became: Became = Became.WENT
    findings: Sequence[Finding] = ()
    decision_id: UUID = field(default_factory=uuid7)
    refusal: Refusal | None = None
    is_judged: bool = True
    mark: int = 0
    took_ms: float = 0.0

    @property
    def is_held(self) -> bool:
        """Tell whether the payment waits for a person."""
        return self.became == Became.HELD


def screen(
    payments: Sequence[Payment],
    *,
    mark: int,
    prior: Mapping[UUID, Sequence[Finding]] | None = None,
    may_hold: bool = True,
) -> list[Screened]:
    """Ask all judges about payments that are about to be made, in the caller's transaction, before
    anything is locked; return what is decided of each, and write nothing.

    The strictest outcome counts. A challenge is passed with the right PIN; who has none is held.
    `prior` is what early judges found, by payment; empty where they found nothing. Without
    `may_hold` the payment cannot wait: what would be held is denied, and who is challenged without
    a PIN is asked for one. The number of statements does not depend on the number of payments, and
    is none where no judge is awake.
    """
    began = time.perf_counter()
    found: list[list[Finding]] = [list((prior or {}).get(one.id, ())) for one in payments]
    is_judged = bool(prior)
    for judge in list_judges() if payments else ():
        said = judge(payments, mark)
        if said is not None:
            is_judged = True
            for findings, more in zip(found, said, strict=True):
                findings.extend(more)
    outcomes = [strictest(findings) for findings in found]
    pins = _find_pins(payments, outcomes)
    took_ms = (time.perf_counter() - began) * 1000
    return [
        _conclude(
            Screened(
                payment, outcome, findings=findings, is_judged=is_judged, mark=mark,
                took_ms=took_ms,
            ),
            pins.get(payment.payer_id, NO_PIN), may_hold=may_hold,
        )
        for payment, outcome, findings in zip(payments, outcomes, found, strict=True)
    ]  # fmt: skip


def _find_pins(payments: Sequence[Payment], outcomes: Sequence[Outcome]) -> dict[UUID, _Pin]:
    """Return of those who are challenged whether they have a PIN, and whether they proved it."""
    asked = {
        one.payer_id
        for one, outcome in zip(payments, outcomes, strict=True)
        if outcome == Outcome.CHALLENGE
    }
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(PINS, [column(asked)])
        return {person_id: _Pin(*proof) for person_id, *proof in cursor.fetchall()}


def _conclude(screened: Screened, pin: _Pin, *, may_hold: bool) -> Screened:
    match screened.outcome:
        case Outcome.CHALLENGE if pin.is_proved:
            return screened
        case Outcome.CHALLENGE if pin.is_set or not may_hold:
            return _refuse(screened, PinRequired(), Became.ASKED)
        case Outcome.CHALLENGE | Outcome.HOLD if may_hold:
            return replace(screened, became=Became.HELD)
        case Outcome.HOLD | Outcome.DENY:
            denied = Denied(support=str(screened.decision_id))
            return _refuse(screened, denied, Became.REFUSED)
    return screened


def _refuse(screened: Screened, refusal: Refusal, became: Became) -> Screened:
    refused = replace(screened, became=became, refusal=refusal)
    # A refusal takes its transaction along; what was decided stays. In a batch, which goes on, the
    # row is there already, under the same id.
    refusal.leaves = partial(keep_decisions, [refused])
    return refused


def keep_decisions(screened: Sequence[Screened]) -> None:
    """Write down what was decided of payments that were made or refused, in one statement."""
    judged = [one for one in screened if one.is_judged]
    if judged:
        write_decisions(judged, shadow=False)


def write_decisions(screened: Sequence[Screened], *, shadow: bool) -> None:
    """Write decisions, all of one go; a decision that is there already stays as it is."""
    payments = [one.payment for one in screened]
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                shadow, screened[0].mark, round(screened[0].took_ms, 3),
                column(one.decision_id for one in screened),
                *columns(payments, "id", "command", "payer_id", "payee_id", "amount", "currency",
                         "device_id"),
                column(str(one.outcome) for one in screened),
                column("" if shadow else str(one.became) for one in screened),
                column(encode([item.as_json() for item in one.findings]) for one in screened),
                *columns(payments, "at"),
            ],
        )  # fmt: skip


def require_allowed(payment: Payment, *, mark: int, early: Early | None = None) -> Payment:
    """Have a payment judged that cannot be held, in the caller's transaction and before anything
    of it is posted, and keep what was decided; return it under the ids that it is to be made with.
    `mark` says as of when the rules stand, `early` what early judges found.

    Raises PinRequired where it is challenged, Denied where it is to be held or denied, and Busy
    where the early judges were asked too long ago or about something else.
    """
    prior = None
    if early:
        payment = early.fit(payment)
        prior = {payment.id: early.findings} if early.asked else None
    (screened,) = screen([payment], mark=mark, prior=prior, may_hold=False)
    if screened.refusal:
        raise screened.refusal
    keep_decisions([screened])
    return payment
