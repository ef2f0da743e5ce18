"""What a gate adds to a transfer: the same payments with it and without, in turn."""

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID, uuid4

from bench.graph.calls import call, percentile
from bench.money.world import make_people

PEOPLE = 2_000
# Transfers that the graph already knows, most of them of a few people.
PAST = 20_000
WARM = 200
DAY = 24 * 3600 * 1000
# A gate that no payment reaches.
NEVER = 10**15


def measure_gates(count: int) -> None:
    """Print p50 and p99 of `transfer.send` alone, gated and not, and by what was judged."""
    from django.conf import settings

    random = Random(11)
    people = make_people(PEOPLE)
    draw_past(people, random)
    usual = settings.GATE_AMOUNT
    # Below and above are told by the gate, so that both pay the same.
    ways = {"gated": usual, "not gated": NEVER}
    took: dict[str, list[float]] = {name: [] for name in ways}
    ids: list[UUID] = []
    for number in range(-WARM, count):
        for name, gate in ways.items():
            payer, payee = random.sample(people, 2)
            settings.GATE_AMOUNT = gate
            began = time.perf_counter()
            sent = call(payer, "transfer.send", to=payee, amount=usual)
            spent = (time.perf_counter() - began) * 1000
            settings.GATE_AMOUNT = usual
            if number >= 0:
                took[name].append(spent)
                ids.append(UUID(sent["transfer"]["id"]))
        if number % 50 == 0:
            deliver()
    print(f"\n| `transfer.send` alone, {count} each, of {usual // 100:,} yuan | p50 ms | p99 ms |")
    print("| --- | --- | --- |")
    for name, values in took.items():
        print(f"| {name} | {statistics.median(values):.1f} | {percentile(values, 0.99):.1f} |")
    print(f"\nfound: {count_findings(ids)}")


def draw_past(people: Sequence[UUID], random: Random) -> None:
    """Bring people, accounts and a past of transfers to the graph."""
    from graph.projection.registry import get_kind, milliseconds
    from graph.projection.services import apply_rows, prepare_schema
    from wallet.accounts.services import accounts_of

    prepare_schema()
    now = datetime.now(UTC)
    accounts = [str(one) for one in accounts_of(person_ids=people, currency="CNY", at=now).values()]
    deliver()
    weights = [1 / (rank + 10) for rank in range(len(accounts))]
    payers = random.choices(accounts, weights, k=PAST)
    payees = random.choices(accounts, weights, k=PAST)
    rows: list[dict[str, Any]] = [
        {
            "id": str(uuid4()), "version": 1, "payer": payer, "payee": payee, "currency": "CNY",
            "kind": "transfer", "amount": random.randint(100, 9_999),
            "at": milliseconds(now) - random.randint(1, 30 * DAY),
        }
        for payer, payee in zip(payers, payees, strict=True)
        if payer != payee
    ]  # fmt: skip
    for start in range(0, len(rows), 5_000):
        apply_rows(kind=get_kind("money.payment"), rows=rows[start : start + 5_000])


def deliver() -> None:
    """Do what the worker does meanwhile."""
    from graph.projection.registry import list_lanes
    from outbox.delivery import deliver_due

    for lane in list_lanes():
        deliver_due(lane, clock=lambda: datetime.now(UTC))


def count_findings(ids: Sequence[UUID]) -> str:
    """Return how often each gate said what of the payments."""
    from wallet.screening.models import Decision

    found: Counter[str] = Counter()
    for decision in Decision.objects.filter(payment_id__in=ids):
        for finding in decision.findings:
            if finding["rule"].startswith("gate."):
                why = finding["inputs"].get("why", "")
                found[f"{finding['rule']} {why or finding['outcome']}"] += 1
    return ", ".join(f"{number:,} {name}" for name, number in sorted(found.items()))
