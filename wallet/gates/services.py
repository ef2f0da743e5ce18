"""Asking the graph about something that is about to be posted, within a budget.

Note [Gates]
A gate is asked before the transaction. It commits intents in Neo4j and tests them there, see Note
[Intents] in graph/intents/services.py; what it finds is judged and kept as what rules find is. When
Neo4j is away, is filled anew, or does not answer within the budget, small amounts go and large ones
are held, and the finding says why.

Whoever posts first makes sure by `require_fresh` that the intents still have half their life: who
comes later than that is to try again, because others would soon pass over what this one intends.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from pydantic_core import from_json

from commands.errors import Busy
from graph.database import GraphUnavailable
from graph.intents import services as intents
from graph.intents.budget import TooLate, within
from graph.projection.registry import Row, get_kind
from graph.projection.services import apply_rows
from wallet.screening.judges import Asked
from wallet.screening.payments import Finding, Outcome, Payment

logger = logging.getLogger(__name__)

VERSION = 1
FRESH_SECONDS = intents.LIFE_SECONDS / 2
INTENT = "intents.intent"
# What was posted and has not reached the graph although the worker has had its time: before its
# life as an intent ends, whoever asks brings it there. More than so many, and the graph is behind.
LATE_SECONDS, MOST_LATE = intents.LIFE_SECONDS / 3, 100
LOOK = """
    SELECT EXISTS (SELECT FROM projection_rebuild), ARRAY(
        SELECT payload FROM outbox_event
        WHERE lane = 'intents' AND recorded_at < now() - make_interval(secs => %s)
        ORDER BY not_before, id LIMIT %s
    )
"""


class _Behind(Exception):
    """The graph lacks what was posted."""


@dataclass(frozen=True)
class Passage:
    """The intents of somebody who has asked: their ids, and when that was by our own clock."""

    ids: Sequence[str]
    began: float


def ask_gate(
    *, payment: Payment, name: str, ids: Sequence[str], work: Callable[[], list[Finding]]
) -> Asked:
    """Return what a gate found within the budget, or what holds where nobody knows. Raises
    nothing for an engine that is away.

    `work` writes the intents of these ids and tests them.
    """
    began = time.monotonic()
    try:
        late = _look()
        left = settings.GATE_SECONDS - (time.monotonic() - began)
        findings = within(max(left, 0.0), partial(_catch_up_first, late, work))
    except (TooLate, GraphUnavailable, _Behind) as error:
        findings = [_unknown(payment, name, WHY[type(error)])]
    except Exception:
        logger.exception("%s could not be asked", name)
        findings = [_unknown(payment, name, "failed")]
    took_ms = round((time.monotonic() - began) * 1000, 3)
    timed = [
        Finding(one.rule, one.version, one.outcome, {**one.inputs, "took_ms": took_ms})
        for one in findings
    ]
    return Asked(timed, Passage(ids, began))


WHY: dict[type[Exception], str] = {TooLate: "late", GraphUnavailable: "away", _Behind: "behind"}


def _look() -> list[Row]:
    """Return what was posted and is late; raises _Behind while the graph cannot know all."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [LATE_SECONDS, MOST_LATE])
        is_rebuilt, late = cursor.fetchone()
    if is_rebuilt or len(late) == MOST_LATE:
        raise _Behind
    return [from_json(payload) for payload in late]


def _catch_up_first(late: Sequence[Row], work: Callable[[], list[Finding]]) -> list[Finding]:
    if late:
        apply_rows(kind=get_kind(INTENT), rows=late)
    return work()


def _unknown(payment: Payment, name: str, why: str) -> Finding:
    is_large = payment.amount >= settings.GATE_LARGE
    inputs: dict[str, Any] = {
        "why": why, "large": settings.GATE_LARGE, "budget_ms": settings.GATE_SECONDS * 1000,
    }  # fmt: skip
    outcome = Outcome.HOLD if is_large else Outcome.ALLOW
    return Finding(f"{name}.unknown", VERSION, outcome, inputs)


def require_fresh(asked: Asked) -> None:
    """Raise Busy where it was asked so long ago that its intents are about to end."""
    passage: Passage | None = asked.token
    if passage and time.monotonic() - passage.began > FRESH_SECONDS:
        raise Busy(retry_after_ms=100)


def withdraw(asked: Asked) -> None:
    """Take the intents back, for nothing came of them; where that fails they end by themselves."""
    passage: Passage | None = asked.token
    if passage and passage.ids:
        try:
            within(settings.GATE_SECONDS, partial(intents.forget, ids=passage.ids))
        except (TooLate, GraphUnavailable):
            logger.info("intents that came to nothing end by themselves")
