"""What a batch of payments costs, as counts that are the same on any machine."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID, uuid4

BATCH = 64
BATCHES = 20

STATE = """
SELECT pg_current_wal_lsn() - '0/0'::pg_lsn, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables
WHERE relname = 'ledger_account'
"""


def count_batch(people: Sequence[UUID]) -> dict[str, float]:
    """Return statements per batch, bytes of write-ahead log per transfer, and the share of updates
    of balances that touched no index.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.money.callers import Pay
    from commands.execute import Answer
    from commands.execute_many import execute_many
    from commands.registry import Caller, Job, get_registration

    def make_jobs() -> list[Job]:
        now = datetime.now(UTC)
        return [
            Job(
                Pay(type="bench.pay", to=people[place + 1], amount=1),
                Caller(at=now, person_id=people[place], command_id=uuid4()),
            )
            for place in range(BATCH)
        ]

    registration = get_registration("bench.pay")
    # Pages that are touched for the first time since a checkpoint are logged as a whole.
    for _ in range(BATCHES):
        execute_many(registration, make_jobs())
    with CaptureQueriesContext(connection) as asked:
        decided = execute_many(registration, make_jobs())
    assert all(isinstance(one, Answer) for one in decided), decided
    statements = [one["sql"] for one in asked.captured_queries]
    states = [_read_state()]
    for _ in range(BATCHES):
        execute_many(registration, make_jobs())
        states.append(_read_state())
    wal = min(late[0] - early[0] for early, late in pairwise(states))
    updates, hot = (states[-1][column] - states[0][column] for column in (1, 2))
    return {
        "statements for a batch of 64, keys and outbox included": len(
            [one for one in statements if one not in ("BEGIN", "COMMIT")]
        ),
        "of them posting": sum("ledger_post_batch" in one for one in statements),
        # The least of the batches: others touch pages for the first time since a checkpoint.
        "bytes of WAL per transfer": wal / BATCH,
        "share of HOT updates of accounts": hot / updates,
    }


def _read_state() -> tuple[float, float, float]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(STATE)
        wal, updates, hot = cursor.fetchone()
    return float(wal), float(updates), float(hot)
