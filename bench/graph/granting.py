"""Granting under contention: many callers borrow through the same few lines at the same moment."""

import threading
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from bench.graph.calls import call
from bench.graph.world import World
from bench.money.world import make_people as make_rich_people

CALLERS = 64
LOAN = 100
# Behind the bottleneck half of the callers find what they ask for.
BOTTLENECK = CALLERS * LOAN // 2
CROSSING = 24

# Lender, borrower, loan and amount.
Ask = tuple[UUID, UUID, UUID, int]


def run(world: World, seconds: float) -> dict[str, float]:
    """Have 64 callers borrow behind one bottleneck, and then across a small crowded world."""
    return behind_a_bottleneck() | across_a_crowd(Random(world.seed))


def behind_a_bottleneck() -> dict[str, float]:
    """One lender, one line of 3,200 to a guarantor, who stands behind somebody who knows all 64."""
    lender, guarantor, friend, *borrowers = make_rich_people(3 + CALLERS)
    make_lines([(lender, guarantor, BOTTLENECK), (guarantor, friend, 10**9)])
    make_lines([(friend, one, LOAN) for one in borrowers])
    asks = [ask(lender, borrower, LOAN) for borrower in borrowers]
    granted, refused = grant_all(asks)
    assert sum(amount for *_, amount in granted) == BOTTLENECK, granted
    return {
        "64 behind a bottleneck: granted, of what it carries": sum(row[2] for row in granted),
        "64 behind a bottleneck: what it carries": BOTTLENECK,
    } | {f"64 behind a bottleneck: {code}": many for code, many in sorted(refused.items())}


def across_a_crowd(random: Random) -> dict[str, float]:
    """Sixty-four loans of all that each pair's limit allows, among 24 people with lines at
    random.
    """
    people = make_rich_people(CROSSING)
    make_lines(
        (giver, receiver, random.randint(50, 500))
        for giver in people
        for receiver in people
        if giver != receiver and random.random() < 0.3
    )
    pairs: set[tuple[UUID, UUID]] = set()
    asked: Counter[UUID] = Counter()
    while len(pairs) < CALLERS:
        lender, borrower = random.sample(people, 2)
        # Nobody may have more than five asks open.
        if (lender, borrower) not in pairs and asked[borrower] < 5:
            pairs.add((lender, borrower))
            asked[borrower] += 1
    flows = {pair: limit_of(*pair) for pair in pairs}
    asks = [ask(*pair, flow) for pair, flow in flows.items() if flow]
    granted, refused = grant_all(asks)
    for lender, borrower, amount in granted:
        assert amount <= flows[lender, borrower]
    return {
        "64 across a crowd: granted": sum(row[2] for row in granted),
        "64 across a crowd: their flows, each alone": sum(flows.values()),
    } | {f"64 across a crowd: {code}": many for code, many in sorted(refused.items())}


def limit_of(lender: UUID, borrower: UUID) -> int:
    """Return what the lender may lend the borrower."""
    return int(call(borrower, "loan.limit", lender=lender, borrower=borrower)["limit"])


def ask(lender: UUID, borrower: UUID, amount: int) -> Ask:
    """Ask for a loan."""
    loan = call(borrower, "loan.ask", lender=lender, amount=amount, days=30)["loan"]
    return lender, borrower, UUID(loan["id"]), amount


def grant_all(asks: list[Ask]) -> tuple[list[tuple[UUID, UUID, int]], Counter[str]]:
    """Have all loans granted at once; return those that were, and how many met which code.

    A line that is reserved beyond its capacity, at any moment, ends the run.
    """
    from django.db import connection

    from commands.errors import Busy, Refusal

    met: Counter[str] = Counter()
    together = threading.Barrier(len(asks))

    def grant(one: Ask) -> tuple[UUID, UUID, int] | None:
        lender, borrower, loan, amount = one
        together.wait()
        try:
            while True:
                try:
                    call(lender, "loan.grant", loan=loan)
                except Busy:
                    met["tries that had to be made again"] += 1
                    continue
                return lender, borrower, amount
        except Refusal as refusal:
            # Anything else, a deadlock among them, ends the run.
            met[refusal.code] += 1
            return None
        finally:
            connection.close()

    over = threading.Event()
    watcher = threading.Thread(target=watch, args=(over,))
    watcher.start()
    with ThreadPoolExecutor(len(asks)) as pool:
        granted = [one for one in pool.map(grant, asks) if one]
    over.set()
    watcher.join()
    return granted, met


def watch(over: threading.Event) -> None:
    """Look at all lines again and again, as others see them."""
    from django.db import connection
    from django.db.models import F

    from graph.trust.models import Line

    while not over.wait(0.02):
        assert not Line.objects.filter(reserved__gt=F("capacity")).exists()
    connection.close()


def make_lines(lines: Iterable[tuple[UUID, UUID, int]]) -> None:
    """Make trust lines, in both engines by way of the outbox."""
    from django.db import transaction
    from uuid_utils.compat import uuid7

    from graph.trust.events import record_lines
    from graph.trust.models import Change, ChangeKind, Line
    from outbox.delivery import deliver_due

    at = datetime.now(UTC)
    rows = [
        Line(id=uuid7(), giver_id=giver, receiver_id=receiver, capacity=capacity, set_at=at)
        for giver, receiver, capacity in lines
    ]
    with transaction.atomic():
        Line.objects.bulk_create(rows)
        Change.objects.bulk_create(
            Change(
                line_id=line.id, version=line.version, kind=ChangeKind.SET, at=at,
                by=line.giver_id, capacity=line.capacity, reserved=line.reserved,
                burned=line.burned, lenders=line.lenders,
            )
            for line in rows
        )  # fmt: skip
        record_lines(rows)
    deliver_due("graph", clock=lambda: datetime.now(UTC))
