"""Rules that are only tried: judged by the worker, after the payments were made.

Note [Shadow]
A rule in shadow costs a payment nothing but its share of one event: the statement that writes the
transfers of a batch writes one event with their ids and devices too. The worker judges them by the
rules in shadow as they stood before each payment, and writes what the outcome would have been. The
decision has the payment's id, so that an event that is delivered twice leaves one.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from commands.keys import encode
from outbox.registry import Recorded, handle_topic
from wallet.screening.payments import Became, Payment, strictest
from wallet.screening.rules.judge import judge_by
from wallet.screening.rules.switches import Setting, settings_at
from wallet.screening.selectors import find_mark
from wallet.screening.services import Screened, write_decisions

TOPIC, LANE = "screening.made", "screening"
AT_ONCE = 200
# To stand in the statement that writes what is judged; nothing is told where nothing is.
INSERT_EVENT = """
    INSERT INTO outbox_event (lane, topic, key, version, subjects, payload)
    SELECT x.lane, x.topic, x.key::uuid, 0, ARRAY[]::uuid[], x.payload::jsonb
    FROM (SELECT %s AS lane, %s AS topic, %s AS key, %s AS payload) AS x WHERE x.key IS NOT NULL
"""
# A day's worth may be millions; so many go in a transaction.
FORGET_AT_ONCE = 10_000
FORGET = """
    DELETE FROM screening_decision WHERE id IN (
        SELECT id FROM screening_decision WHERE shadow AND at < %s LIMIT %s)
"""


def has_shadow(*, mark: int) -> bool:
    """Tell whether a rule is in shadow."""
    return bool(settings_at(mark).in_mode("shadow"))


def write_event(payments: Sequence[Payment]) -> list[str | None]:
    """Return the parameters of INSERT_EVENT for payments of one batch, which may be none."""
    key = str(payments[0].id) if payments else None
    return [LANE, TOPIC, key, _write(payments)]


def _write(payments: Sequence[Payment]) -> str:
    return encode(
        {
            "payments": [
                {
                    "id": one.id, "command": one.command, "payer": one.payer_id,
                    "payee": one.payee_id, "amount": one.amount, "currency": one.currency,
                    "at": one.at, "device": one.device_id,
                }
                for one in payments
            ]
        }
    )  # fmt: skip


def _read(payload: dict[str, list[dict[str, str | int | None]]]) -> list[Payment]:
    def id_of(text: object) -> UUID | None:
        return UUID(str(text)) if text else None

    return [
        Payment(
            id=UUID(str(one["id"])), command=str(one["command"]), payer_id=UUID(str(one["payer"])),
            payee_id=id_of(one["payee"]), amount=int(one["amount"] or 0),
            currency=str(one["currency"]), at=datetime.fromisoformat(str(one["at"])),
            device_id=id_of(one["device"]),
        )
        for one in payload["payments"]
    ]  # fmt: skip


def judge_made(events: Sequence[Recorded], _: datetime) -> None:
    """Judge payments that were made by the rules in shadow; see Note [Shadow]."""
    mark = find_mark()
    tried = settings_at(mark).in_mode("shadow")
    if not tried:
        return
    payments = [payment for event in events for payment in _read(event.payload)]
    for begin in range(0, len(payments), AT_ONCE):
        _judge_some(payments[begin : begin + AT_ONCE], tried, mark)


def _judge_some(payments: Sequence[Payment], tried: Sequence[Setting], mark: int) -> None:
    began = time.perf_counter()
    found = judge_by(payments, tried, are_made=True)
    took_ms = (time.perf_counter() - began) * 1000
    write_decisions(
        [
            Screened(
                payment, strictest(findings), Became.WENT, findings, decision_id=payment.id,
                mark=mark, took_ms=took_ms,
            )
            for payment, findings in zip(payments, found, strict=True)
        ],
        shadow=True,
    )  # fmt: skip


def forget_old_shadows(*, at: datetime) -> int:
    """Delete what rules in shadow would have decided about payments long ago; return how many.
    Decisions that something came of stay, which the database sees to.
    """
    before = at - timedelta(days=settings.SHADOW_KEEP_DAYS)
    total = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(FORGET, [before, FORGET_AT_ONCE])
            forgotten = int(cursor.rowcount)
            total += forgotten
            if forgotten < FORGET_AT_ONCE:
                return total


handle_topic(TOPIC, judge_made)
