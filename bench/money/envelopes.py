"""A rush on red envelopes: ours, the naive way, and a script in Redis that posts nothing."""

import asyncio
import gc
import random
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from bench.money.callers import call
from bench.money.world import make_room

ENVELOPES, SHARES, PEOPLE, AMOUNT = 20, 100, 500, 100_000
THREADS = 8
LATE = 20_000
AMOUNT_OF_SHARE = re.compile(r'\{"share":\{[^{}]*"amount":(\d+)')


@dataclass
class Rush:
    """What became of a rush: how long it took, and who got how much of which envelope."""

    seconds: float
    won: dict[object, list[int]] = field(default_factory=dict)

    def check(self) -> None:
        """Raise AssertionError unless every envelope was given out to the fen."""
        counts = {len(shares) for shares in self.won.values()}
        sums = {sum(shares) for shares in self.won.values()}
        assert (len(self.won), counts, sums) == (ENVELOPES, {SHARES}, {AMOUNT}), (counts, sums)


Claim = Callable[[object, UUID], Awaitable[int | None]]


async def _rush(envelopes: Sequence[object], people: Sequence[UUID], claim: Claim) -> Rush:
    taps = [(one, person) for one in envelopes for person in people]
    random.shuffle(taps)
    won: dict[object, list[int]] = {one: [] for one in envelopes}

    async def tap(envelope: object, person: UUID) -> None:
        if (share := await claim(envelope, person)) is not None:
            won[envelope].append(share)

    started = time.perf_counter()
    await asyncio.gather(*(tap(*one) for one in taps))
    return Rush(time.perf_counter() - started, won)


# --- Ours ----------------------------------------------------------------------------------------


def send_envelopes(room: UUID, sender: UUID) -> list[UUID]:
    """Fund the envelopes and return their ids."""
    from wallet.envelopes.services import Terms, send

    terms = Terms(amount=AMOUNT, currency="CNY", count=SHARES, kind="random")
    now = datetime.now(UTC)
    return [
        send(room_id=room, sender_id=sender, terms=terms, sender_may_claim=True, at=now).id
        for _ in range(ENVELOPES)
    ]


async def _claim(envelope: object, person: UUID) -> int | None:
    from chat.cards.claim_commands import ClaimEnvelope
    from wallet.envelopes.errors import EnvelopeEmpty

    try:
        answer = await call(person, ClaimEnvelope(type="envelope.claim", envelope=envelope))
    except EnvelopeEmpty:
        return None
    # The share comes first; behind it ten thousand characters say who else has one.
    found = AMOUNT_OF_SHARE.match(answer.result)
    assert found is not None
    return int(found[1])


def measure_ours(people: Sequence[UUID]) -> tuple[Rush, list[float]]:
    """Return the rush, and the milliseconds that claims took which came after it, eight at a
    time.
    """
    sender, *others = people
    room = make_room(people)
    envelopes = send_envelopes(room, sender)
    rush = asyncio.run(_rush(envelopes, others, _claim))
    rush.check()
    # The tasks and answers of ten thousand taps are the benchmark's own; a web process has none.
    gc.collect()
    gc.freeze()
    return rush, asyncio.run(_come_late(envelopes, others))


async def _come_late(envelopes: Sequence[UUID], people: Sequence[UUID]) -> list[float]:
    from wallet.envelopes.errors import AlreadyClaimed

    took: list[float] = []

    async def keep_tapping() -> None:
        for _ in range(LATE // THREADS):
            envelope, person = random.choice(envelopes), random.choice(people)
            started = time.perf_counter()
            try:
                assert await _claim(envelope, person) is None
            except AlreadyClaimed:
                continue
            finally:
                took.append((time.perf_counter() - started) * 1000)
                # As at a door, where the next one comes in another turn of the loop.
                await asyncio.sleep(0)

    await asyncio.gather(*(keep_tapping() for _ in range(THREADS)))
    return sorted(took)


# --- The naive way -------------------------------------------------------------------------------

NAIVE = """
DROP TABLE IF EXISTS bench_naive_claim, bench_naive_envelope;
CREATE TABLE bench_naive_envelope (
    id uuid PRIMARY KEY, escrow uuid, left_amount bigint, left_count int);
CREATE TABLE bench_naive_claim (
    envelope uuid, person uuid, amount bigint, at timestamptz, PRIMARY KEY (envelope, person));
"""


def measure_naive(people: Sequence[UUID]) -> Rush:
    """Lock the envelope's row, draw, post: one transaction for each tap, in eight threads."""
    from django.db import connection

    from wallet.accounts.services import account_of
    from wallet.ledger.services import Item, open_escrow, post

    sender, *others = people
    now = datetime.now(UTC)
    account = account_of(person_id=sender, currency="CNY", at=now)
    envelopes = []
    with connection.cursor() as cursor:
        cursor.execute(NAIVE)
        for _ in range(ENVELOPES):
            escrow = open_escrow(owner_id=sender, kind="escrow", currency="CNY", at=now)
            post(
                Item(id=uuid4(), code="bench", debit=account, credit=escrow, amount=AMOUNT), at=now
            )
            envelopes.append(uuid4())
            cursor.execute(
                "INSERT INTO bench_naive_envelope VALUES (%s, %s, %s, %s)",
                [envelopes[-1], escrow, AMOUNT, SHARES],
            )

    async def run() -> Rush:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(THREADS) as threads:

            async def claim(envelope: object, person: UUID) -> int | None:
                return await loop.run_in_executor(threads, _claim_naively, envelope, person)

            rush = await _rush(envelopes, others, claim)
            for _ in range(THREADS):
                threads.submit(connection.close)
        return rush

    rush = asyncio.run(run())
    rush.check()
    return rush


def _claim_naively(envelope: UUID, person: UUID) -> int | None:
    from django.db import connection, transaction
    from uuid_utils.compat import uuid7

    from wallet.accounts.services import account_of, pay
    from wallet.ledger.services import Item

    now = datetime.now(UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT escrow, left_amount, left_count FROM bench_naive_envelope WHERE id = %s"
            " FOR UPDATE",
            [envelope],
        )
        escrow, left, count = cursor.fetchone()
        if count == 0:
            return None
        low = max(1, left - (count - 1) * 20_000)
        high = max(low, min(20_000, left - (count - 1), 2 * left // count))
        share = left if count == 1 else random.randint(low, high)
        cursor.execute(
            "INSERT INTO bench_naive_claim VALUES (%s, %s, %s, %s)", [envelope, person, share, now]
        )
        cursor.execute(
            "UPDATE bench_naive_envelope SET left_amount = left_amount - %s,"
            " left_count = left_count - 1 WHERE id = %s",
            [share, envelope],
        )
        account = account_of(person_id=person, currency="CNY", at=now)
        pay(
            Item(id=uuid7(), code="bench.claim", debit=escrow, credit=account, amount=share), at=now
        )
        cursor.execute(
            "INSERT INTO commands_key (person_id, command_id, command, terms, money, at, result)"
            " VALUES (%s, %s, 'bench.claim', '{}', true, %s, %s)",
            [person, uuid4(), now, f'{{"share": {share}}}'],
        )
    return int(share)


# --- Redis alone ---------------------------------------------------------------------------------

# Once per person, the next of the shares that were drawn before; nothing is posted.
SCRIPT = """
if redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return -1 end
local share = redis.call('LPOP', KEYS[2])
if not share then redis.call('SREM', KEYS[1], ARGV[1]) return 0 end
redis.call('HSET', KEYS[3], ARGV[1], share)
return tonumber(share)
"""


def measure_redis(people: Sequence[UUID]) -> Rush:
    """Give the shares out by a script in Redis: a round trip for each tap, on eight connections."""
    import redis.asyncio as redis
    from django.conf import settings

    from wallet.envelopes.draw import draw_shares

    envelopes = [str(uuid4()) for _ in range(ENVELOPES)]

    async def run() -> Rush:
        pool = redis.BlockingConnectionPool.from_url(
            settings.REDIS_URL, max_connections=THREADS, timeout=60
        )
        async with redis.Redis(connection_pool=pool) as client:
            for one in envelopes:
                shares = draw_shares(
                    amount=AMOUNT, count=SHARES, largest=20_000, random=random.SystemRandom()
                )
                await client.rpush(f"bench:{one}:shares", *shares)
            script = client.register_script(SCRIPT)

            async def claim(envelope: object, person: UUID) -> int | None:
                names = [f"bench:{envelope}:{part}" for part in ("people", "shares", "taken")]
                share = int(await script(keys=names, args=[str(person)]))
                return share if share > 0 else None

            rush = await _rush(envelopes, people[1:], claim)
            for one in envelopes:
                await client.delete(*(f"bench:{one}:{part}" for part in ("people", "taken")))
        return rush

    rush = asyncio.run(run())
    rush.check()
    return rush


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of the sorted values lies."""
    return values[min(len(values) - 1, int(len(values) * share))]
